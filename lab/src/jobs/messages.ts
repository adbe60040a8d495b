/** What page and worker say to each other about a job, and errors in a form that crosses threads. */
import { IsinglassError } from "../../../src/base/index.ts";

/** How far a job is. */
export interface JobProgress {
  readonly done: number;
  /** Null when nobody knows. */
  readonly total: number | null;
  /** What is being done. */
  readonly step?: string;
  readonly remainingSeconds?: number;
}

/** Why a job failed, in the parts that a page shows. */
export interface JobFailure {
  readonly kind: "failed";
  readonly message: string;
  readonly where?: string;
  readonly received?: string;
  readonly expected?: string;
  readonly hint?: string;
}

/** A thing that is not supported, item by item. */
export interface UnsupportedItem {
  readonly where: string;
  readonly reason: string;
  readonly hint?: string;
}

/** Why a job cannot be done at all. */
export interface JobUnsupported {
  readonly kind: "unsupported";
  readonly message: string;
  readonly items: readonly UnsupportedItem[];
  readonly hint?: string;
}

/** From the page to the worker. */
export type ToWorker<Request> =
  | { readonly kind: "run"; readonly id: number; readonly request: Request }
  | { readonly kind: "cancel"; readonly id: number }
  /** What a request to come will need; nothing is answered. */
  | { readonly kind: "prepare"; readonly ahead: unknown };

/** From the worker to the page. */
export type FromWorker<Partial, Result> =
  | { readonly kind: "progress"; readonly id: number; readonly progress: JobProgress }
  | { readonly kind: "partial"; readonly id: number; readonly partial: Partial }
  | { readonly kind: "done"; readonly id: number; readonly result: Result }
  | { readonly kind: "cancelled"; readonly id: number }
  | { readonly kind: "error"; readonly id: number; readonly error: JobFailure | JobUnsupported };

/** An error as data: the parts of `src/base/errors.ts` messages ("where: received x, expected y.") taken apart. */
export function describeError(error: unknown): JobFailure | JobUnsupported {
  const message = error instanceof Error ? error.message : String(error);
  const hint = error instanceof IsinglassError ? error.hint : undefined;
  const withHint = hint === undefined ? {} : { hint };
  if (error instanceof IsinglassError && error.code === "unsupported")
    return { kind: "unsupported", message, items: itemsOf(error.data.items), ...withHint };
  const parts = /^(.*?): received ([\s\S]+), expected ([\s\S]+?)\.?$/.exec(message);
  if (parts === null) return { kind: "failed", message, ...withHint };
  const [, where, received, expected] = parts as unknown as [string, string, string, string];
  return { kind: "failed", message, where, received, expected, ...withHint };
}

/** The rows that an unsupported-model error carries, whatever extra they hold. */
function itemsOf(items: unknown): UnsupportedItem[] {
  if (!Array.isArray(items)) return [];
  return items.map((item: Record<string, unknown>) => ({
    where: String(item.where ?? item.node ?? item.name ?? ""),
    reason: String(item.reason ?? item.message ?? ""),
    ...(typeof item.hint === "string" ? { hint: item.hint } : {}),
  }));
}
