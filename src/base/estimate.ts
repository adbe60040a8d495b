/** The shape of every scalar result: a number with its error bar and where it came from. */

/** A scalar with its standard error. */
export interface Estimate {
  readonly value: number;
  /** One standard error; 0 for exact or converged deterministic values, null when it is unknown. */
  readonly stderr: number | null;
  /** Number of independent samples behind `stderr`; 1 for deterministic values. */
  readonly n: number;
  /** How it was obtained, in a few words: "fixed point, Brent", "mean over 5 seeds". */
  readonly method: string;
}

/** Wraps a deterministic value. */
export function exact(value: number, method: string): Estimate {
  return { value, stderr: 0, n: 1, method };
}

/** A published source: author, year, and the equation or figure used. */
export interface Reference {
  readonly authors: string;
  readonly year: number;
  readonly title: string;
  readonly where?: string;
  readonly id?: string;
}

/** What every top-level result carries beside its numbers. */
export interface Provenance {
  /** What was assumed, one sentence each. */
  readonly assumptions: readonly string[];
  readonly references: readonly Reference[];
  /** Seed of the random stream; null when nothing random was used. */
  readonly seed: number | null;
}
