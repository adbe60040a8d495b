/**
 * Errors a user can act on. Each kind has one class and one exit code; each message says where, what was
 * received, what was expected; `hint` is the next step. Impossible states throw a plain Error that starts with
 * `internal:`.
 */

/** Facts behind the message, for programs that read `--json`. */
export type ErrorData = Readonly<Record<string, unknown>>;

/** Options of every isinglass error. */
export interface ErrorDetails {
  /** The next step, as an imperative sentence or a command to type. */
  readonly hint?: string;
  readonly data?: ErrorData;
  readonly cause?: unknown;
}

/** Common shape of all errors below: `code` is stable across versions, `exitCode` is the command line's. */
export abstract class IsinglassError extends Error {
  abstract readonly code: string;
  abstract readonly exitCode: number;
  readonly hint: string | undefined;
  readonly data: ErrorData;

  constructor(message: string, details: ErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.name = new.target.name;
    this.hint = details.hint;
    this.data = details.data ?? {};
  }
}

/** A wrong word, option, value or specification typed by the user (exit code 2). */
export class SpecError extends IsinglassError {
  readonly code: string = "spec";
  readonly exitCode: number = 2;
}

/** Shapes that do not fit together: names the operator or argument and prints both shapes (exit code 2). */
export class ShapeError extends IsinglassError {
  readonly code: string = "shape";
  readonly exitCode: number = 2;
}

/** A model that is read correctly but holds something that is not supported, listed item by item (exit code 3). */
export class UnsupportedOpError extends IsinglassError {
  readonly code: string = "unsupported";
  readonly exitCode: number = 3;
}

/** A file that is missing, truncated, corrupt, of another format, or cannot be written (exit code 4). */
export class FormatError extends IsinglassError {
  readonly code: string = "format";
  readonly exitCode: number = 4;
}

/** A computation that produced no usable number: NaN, no bracket, singular matrix (exit code 5). */
export class ConvergenceError extends IsinglassError {
  readonly code: string = "convergence";
  readonly exitCode: number = 5;
}

/** A time or memory budget that does not suffice; `data` holds the estimate or the partial result (exit code 6). */
export class BudgetError extends IsinglassError {
  readonly code: string = "budget";
  readonly exitCode: number = 6;
}

/** Work stopped by an AbortSignal (Ctrl-C) after what was done was kept (exit code 130). */
export class InterruptedError extends IsinglassError {
  readonly code: string = "interrupted";
  readonly exitCode: number = 130;
}
