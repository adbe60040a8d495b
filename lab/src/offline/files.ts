/** The files of a built page, as the build hands them to the service worker. */
export interface PageFiles {
  /** Changes when any file does. */
  readonly version: string;
  /** What the first picture needs: kept before the worker takes over. */
  readonly shell: readonly string[];
  /** Rooms, workers and data: kept while the page is idle. */
  readonly rest: readonly string[];
  /** Kept when the page has asked for them once, or for everything. */
  readonly large: readonly string[];
}

/** What the page tells the service worker. */
export type PageMessage =
  /** Keep all files but the large ones, and of these what was loaded already. */
  | { readonly kind: "keep"; readonly loaded: readonly string[] }
  /** Keep the large ones too. */
  | { readonly kind: "keep-all" }
  /** A newer version takes over now. */
  | { readonly kind: "take-over" };

/** What the service worker answers to "keep" and "keep-all". */
export interface KeptMessage {
  readonly kind: "kept";
  readonly files: number;
  /** Files that could not be fetched. */
  readonly failed: readonly string[];
}
