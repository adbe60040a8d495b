/** Progress and interruption of long work: libraries report events and obey a signal, they never print. */

/** One step of long work. */
export interface ProgressEvent {
  /** What is being done: "training", "measuring". */
  readonly stage: string;
  readonly done: number;
  /** Total number of steps; null when unknown. */
  readonly total: number | null;
  /** A short current state, such as the estimate so far. */
  readonly note?: string;
}

/** Options shared by every long-running function. */
export interface WorkOptions {
  readonly signal?: AbortSignal;
  readonly onProgress?: (event: ProgressEvent) => void;
}
