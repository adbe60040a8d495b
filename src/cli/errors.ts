/** Errors as at most three lines on stderr: what happened, and the next step; plus the exit code. */
import { InterruptedError, IsinglassError } from "../base/index.ts";

/** Exit code of an error that should not happen (EX_SOFTWARE of sysexits.h). */
export const INTERNAL_ERROR = 70;
/** Exit code after Ctrl-C: 128 + SIGINT. */
export const INTERRUPTED = 130;

/** An error ready to print. */
export interface ErrorReport {
  readonly lines: readonly string[];
  readonly exitCode: number;
}

/** Node's codes of file errors, in words. */
const FILE_ERRORS: Readonly<Record<string, readonly [string, string]>> = {
  ENOENT: ["no such file or folder", "check the path"],
  EACCES: ["permission denied", "choose a folder you can write to, or change its permissions"],
  EPERM: ["operation not permitted", "choose another folder"],
  EROFS: ["read-only file system", "choose a folder you can write to"],
  EISDIR: ["is a folder, expected a file", "give the path of a file"],
  ENOTDIR: ["part of the path is a file", "check the path"],
  ENOSPC: ["no space left on the disk", "free some space, or choose another folder"],
};

/**
 * Turns anything thrown into lines and an exit code.
 *
 * @param error what was thrown
 * @param options `verbose` adds the stack; `fallbackHint` is used when the error has none
 */
export function describeError(
  error: unknown,
  { verbose = false, fallbackHint = "isinglass --help" }: { verbose?: boolean; fallbackHint?: string } = {},
): ErrorReport {
  const stack = verbose && error instanceof Error && error.stack ? error.stack.split("\n").slice(1) : [];
  if (error instanceof InterruptedError) {
    const hint = error.hint === undefined ? [] : [`hint: ${oneLine(error.hint)}`];
    return { lines: [`interrupted: ${oneLine(error.message)}`, ...hint, ...stack], exitCode: INTERRUPTED };
  }
  if (error instanceof IsinglassError) {
    return {
      lines: [`error: ${oneLine(error.message)}`, `hint: ${oneLine(error.hint ?? fallbackHint)}`, ...stack],
      exitCode: error.exitCode,
    };
  }
  if (isAbort(error)) {
    return { lines: ["interrupted: nothing half-written was left behind"], exitCode: INTERRUPTED };
  }
  const { code, path } = error as { code?: unknown; path?: unknown };
  const known = typeof code === "string" ? FILE_ERRORS[code] : undefined;
  if (known) {
    return {
      lines: [
        `error: ${typeof path === "string" ? path : "file"}: ${known[0]}`,
        `hint: ${known[1]}`,
        ...stack,
      ],
      exitCode: 4,
    };
  }
  const message = error instanceof Error ? error.message : String(error);
  return {
    lines: [
      `internal error: ${oneLine(message.replace(/^internal: /, ""))}`,
      "hint: this is a bug; run the same command with --verbose and report the output",
      ...stack,
    ],
    exitCode: INTERNAL_ERROR,
  };
}

function isAbort(error: unknown): boolean {
  return (
    error instanceof Error &&
    (error.name === "AbortError" || (error as { code?: unknown }).code === "ABORT_ERR")
  );
}

/** Messages may come from libraries with line breaks; three lines are all that a reader gets. */
function oneLine(text: string): string {
  return text.replace(/\s*\n\s*/g, " ").trim();
}
