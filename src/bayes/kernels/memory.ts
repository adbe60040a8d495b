/** What kernel matrices take, known before any work begins. */
import { BudgetError } from "../../base/index.ts";

/** Bytes of a job. */
export interface KernelMemory {
  /** The matrices that are returned. */
  readonly results: number;
  /** Copies of the inputs and panels in WebAssembly memory, or blocks of covariances between positions. */
  readonly working: number;
  readonly total: number;
}

/** Memory that is used without asking: 16 GiB. */
export const DEFAULT_KERNEL_BYTES: number = 2 ** 34;

/** Which matrices are wanted, and how they are stored. */
export interface KernelRequest {
  /** Default true. */
  readonly nngp?: boolean;
  /** Default true. */
  readonly ntk?: boolean;
  /** Of the stored matrices, and of inner products where a provider multiplies; layers are float64. Default "float64". */
  readonly precision?: "float64" | "float32";
}

/** Bytes of the matrices of a request. */
export function resultBytes(rows: number, columns: number, request: KernelRequest): number {
  const { nngp = true, ntk = true, precision = "float64" } = request;
  return rows * columns * (precision === "float64" ? 8 : 4) * (Number(nngp) + Number(ntk));
}

/** Throws BudgetError when a job needs more than it may use, naming both. */
export function checkMemory({ results, working, total }: KernelMemory, allowed: number, size: string): void {
  if (total <= allowed) return;
  const text = (bytes: number): string => (bytes / 2 ** 30).toPrecision(3);
  throw new BudgetError(
    `kernel: ${size} need ${text(total)} GiB (results ${text(results)}, work ${text(working)}), expected at most ${text(allowed)} GiB`,
    {
      hint: "use fewer examples, one kernel only, precision float32, or allow more memory",
      data: { bytes: total, results, working, allowed },
    },
  );
}
