/** A program to compare with, in a process of its own: one JSON request per line, answered by one JSON line. */
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

/** CPU and wall time of one request. */
export interface Timing {
  readonly cpuMs: number;
  readonly wallMs: number;
}

/** A running peer. */
export interface Peer {
  readonly versions: Readonly<Record<string, string>>;
  ask<Answer = Timing>(request: object): Promise<Answer>;
  stop(): void;
}

/** Starts bench/peers/NAME.py with the Python of ISINGLASS_PYTHON or of .peers/venv. */
export async function startPeer(name: string): Promise<Peer> {
  const root = fileURLToPath(new URL("../..", import.meta.url));
  const python = process.env.ISINGLASS_PYTHON ?? `${root}.peers/venv/bin/python`;
  if (!existsSync(python)) {
    throw new Error(`no Python at ${python}: set ISINGLASS_PYTHON, see bench/peers/requirements.txt`);
  }
  const child = spawn(python, [`${root}bench/peers/${name}.py`], { stdio: ["pipe", "pipe", "inherit"] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const read = async (): Promise<unknown> => {
    const { value, done } = await lines.next();
    if (done) throw new Error(`the peer ${name} stopped`);
    return JSON.parse(value);
  };
  const versions = (await read()) as Record<string, string>;
  return {
    versions,
    ask: async <Answer>(request: object) => {
      child.stdin.write(`${JSON.stringify(request)}\n`);
      return (await read()) as Answer;
    },
    stop: () => child.stdin.end(),
  };
}
