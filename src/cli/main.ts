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

const interruption = new AbortController();
process.on("SIGINT", () => {
  if (interruption.signal.aborted) process.exit(130);
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
