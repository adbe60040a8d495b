/** SciPy in a process of its own, asked for one timing at a time, so that both sides see the same load of the machine. */
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

/** CPU and wall time of one call. */
export interface Timing {
  readonly cpuMs: number;
  readonly wallMs: number;
}

export interface Peer {
  readonly versions: Readonly<Record<string, string>>;
  /** Mean over `calls` calls. */
  measure(operation: string, n: number, calls: number): Promise<Timing>;
  stop(): void;
}

/** Starts bench/peers/linear.py with the Python of ISINGLASS_PYTHON or of .peers/venv. */
export async function startPeer(threads: number): Promise<Peer> {
  const root = fileURLToPath(new URL("../..", import.meta.url));
  const python = process.env.ISINGLASS_PYTHON ?? `${root}.peers/venv/bin/python`;
  if (!existsSync(python)) {
    throw new Error(`no Python at ${python}: set ISINGLASS_PYTHON, see bench/peers/requirements.txt`);
  }
  const child = spawn(python, [`${root}bench/peers/linear.py`], {
    env: { ...process.env, OPENBLAS_NUM_THREADS: String(threads) },
    stdio: ["pipe", "pipe", "inherit"],
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const read = async (): Promise<unknown> => {
    const { value, done } = await lines.next();
    if (done) throw new Error("the SciPy peer stopped");
    return JSON.parse(value);
  };
  const versions = (await read()) as Record<string, string>;
  return {
    versions,
    measure: async (operation, n, calls) => {
      child.stdin.write(`${JSON.stringify({ operation, n, calls })}\n`);
      return (await read()) as Timing;
    },
    stop: () => child.stdin.end(),
  };
}
