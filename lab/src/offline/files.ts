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
  /** How large each is. */
  readonly bytes: Readonly<Record<string, number>>;
}

/** What the page tells the service worker. */
export type PageMessage =
  /** Keep all files but the large ones, and of these what was loaded already. */
  | { readonly kind: "keep"; readonly loaded: readonly string[] }
  /** Keep the large ones too. */
  | { readonly kind: "keep-all" }
  /** A newer version takes over now. */
  | { readonly kind: "take-over" };

/** How much is kept; the service worker tells it through the port that came with "keep-all". */
export interface KeptSoFar {
  readonly files: number;
  readonly bytes: number;
  /** Of everything. */
  readonly totalFiles: number;
  readonly totalBytes: number;
  /** Files that could not be fetched or kept. */
  readonly failed: readonly string[];
  /** Whether this is the end. */
  readonly isDone: boolean;
}
