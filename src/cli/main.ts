/** Entry of the `isinglass` program: connects the shell with the process. The only file that reads or ends it. */
import { readFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { type Output, runCommandLine } from "./run.ts";

/** Columns assumed where the output is not a terminal. */
const DEFAULT_COLUMNS = 80;

function output(stream: NodeJS.WriteStream): Output {
  return {
    write: (text) => {
      stream.write(text);
    },
    isTerminal: stream.isTTY === true,
    columns: stream.columns ?? DEFAULT_COLUMNS,
  };
}

// a reader that closes the pipe early (| head) is no error
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code === "EPIPE") process.exit(0);
  throw error;
});

/**
 * Milliseconds that a call into ONNX Runtime may take to return after Ctrl-C. `process.exit` would end its thread in
 * the middle of it, which aborts the process.
 */
const LAST_CALL_MS = 3000;

/** Ends the process as if it had never listened: without tearing anything down. A shell sees 130. */
function endBySignal(): void {
  process.removeAllListeners("SIGINT");
  process.kill(process.pid, "SIGINT");
}

const interruption = new AbortController();
process.on("SIGINT", () => {
  if (interruption.signal.aborted) return endBySignal();
  process.stderr.write("\ninterrupting, press Ctrl-C again to quit at once\n");
  interruption.abort();
});

const packageFile = new URL("../../package.json", import.meta.url);
const { version } = JSON.parse(readFileSync(packageFile, "utf8")) as { version: string };
process.exitCode = await runCommandLine(process.argv.slice(2), {
  stdout: output(process.stdout),
  stderr: output(process.stderr),
  env: process.env,
  version,
  machine: [
    `Node ${process.version}`,
    `${availableParallelism()} threads`,
    `${process.platform} ${process.arch}`,
  ],
  now: () => performance.now(),
  signal: interruption.signal,
});
if (interruption.signal.aborted) setTimeout(endBySignal, LAST_CALL_MS).unref();
