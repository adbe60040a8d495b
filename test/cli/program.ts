/** Runs the program as a user does: a child process of bin/isinglass.js. */
import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
// @ts-expect-error a build script without types
import { build } from "../../scripts/build.mjs";

const program = fileURLToPath(new URL("../../bin/isinglass.js", import.meta.url));

/** What a run printed and how it ended. */
export interface Finished {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
  readonly seconds: number;
  /** Seconds until the first byte on stdout or stderr. */
  readonly firstOutput: number;
}

/** Options of a run. */
export interface Invocation {
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** Sends SIGINT as soon as stderr contains this text. */
  readonly interruptAt?: string;
  /** Waits this long after the text before it sends SIGINT. */
  readonly interruptAfterMs?: number;
}

/** Builds what is stale, once before the tests of a file. */
export async function buildProgram(): Promise<void> {
  await build({ types: false });
}

/** Runs `isinglass ...words` and waits for its end. */
export function isinglass(
  words: readonly string[],
  { env = {}, cwd, interruptAt, interruptAfterMs = 0 }: Invocation = {},
): Promise<Finished> {
  return new Promise((resolve, reject) => {
    const started = performance.now();
    const elapsed = () => (performance.now() - started) / 1000;
    const child = spawn(process.execPath, [program, ...words], {
      cwd,
      env: { PATH: process.env.PATH ?? "", HOME: process.env.HOME ?? "", ...env },
      stdio: ["ignore", "pipe", "pipe"],
    });
    let stdout = "";
    let stderr = "";
    let firstOutput = Number.POSITIVE_INFINITY;
    let hasInterrupted = false;
    child.stdout.on("data", (chunk) => {
      firstOutput = Math.min(firstOutput, elapsed());
      stdout += chunk;
    });
    child.stderr.on("data", (chunk) => {
      firstOutput = Math.min(firstOutput, elapsed());
      stderr += chunk;
      if (interruptAt !== undefined && !hasInterrupted && stderr.includes(interruptAt)) {
        hasInterrupted = true;
        setTimeout(() => child.kill("SIGINT"), interruptAfterMs);
      }
    });
    child.on("error", reject);
    child.on("close", (code) =>
      resolve({ code: code ?? -1, stdout, stderr, seconds: elapsed(), firstOutput }),
    );
  });
}
