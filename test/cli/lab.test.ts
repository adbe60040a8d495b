/** `isinglass lab` as a user runs it: serves the built page, shows a run, says what is wrong, and closes at Ctrl-C. */
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
// @ts-expect-error a build script without types
import { buildLab, isLabStale } from "../../scripts/build-lab.mjs";
import { buildProgram, isinglass } from "./program.ts";

const program = fileURLToPath(new URL("../../bin/isinglass.js", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "isinglass-lab-command-"));
const run = join(folder, "flat");

beforeAll(async () => {
  await buildProgram();
  if (isLabStale()) await buildLab();
  const words = [
    "trainability",
    "--activation",
    "tanh",
    "--bias-variance",
    "0.05",
    "--data",
    "blobs:1x28x28",
  ];
  const sizes = [
    "--weight",
    "1:2:2",
    "--depths",
    "2:3:2",
    "--width",
    "10",
    "--steps",
    "2",
    "--batch-size",
    "20",
  ];
  const made = await isinglass([...words, ...sizes, "--examples", "100", "--run", run]);
  expect(made.code).toBe(0);
}, 600_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Served {
  /** What was printed on stdout. */
  readonly stdout: string;
  readonly address: string;
  /** Sends SIGINT and waits: exit code and stderr. */
  stop(): Promise<{ readonly code: number | null; readonly stderr: string }>;
}

/** Starts the lab and waits for its address. */
function serve(words: readonly string[]): Promise<Served> {
  const child = spawn(process.execPath, [program, "lab", ...words], { stdio: ["ignore", "pipe", "pipe"] });
  const ended = new Promise<number | null>((resolve) => child.on("close", resolve));
  let stdout = "";
  let stderr = "";
  child.stderr.on("data", (chunk) => {
    stderr += chunk;
  });
  return new Promise((resolve, reject) => {
    child.stdout.on("data", (chunk) => {
      stdout += chunk;
      const address = /http:\/\/[^\s"]+/.exec(stdout)?.[0];
      if (address === undefined || !stdout.endsWith("\n")) return;
      resolve({
        stdout,
        address,
        stop: async () => {
          child.kill("SIGINT");
          return { code: await ended, stderr };
        },
      });
    });
    void ended.then((code) => reject(new Error(`ended with ${code}: ${stderr}`)));
  });
}

describe("isinglass lab", () => {
  it("serves the page, prints its address, and closes at Ctrl-C", async () => {
    const { stdout, address, stop } = await serve(["--port", "0"]);
    expect(stdout).toContain(`The lab is at ${address}\n`);
    expect(stdout).toContain("nothing is sent anywhere");
    const answer = await fetch(address);
    expect(answer.headers.get("cross-origin-opener-policy")).toBe("same-origin");
    expect(await answer.text()).toContain("<title>isinglass lab</title>");
    const { code, stderr } = await stop();
    expect([code, stderr]).toEqual([0, expect.stringContaining("the lab is closed")]);
    await expect(fetch(address)).rejects.toThrow();
  });

  it("prints one document with --json, and shows a run", async () => {
    const { stdout, stop } = await serve([run, "--port", "0", "--json"]);
    const { result } = JSON.parse(stdout) as {
      result: { address: string; port: number; runs: { id: string; finished: number }[] };
    };
    expect(result.runs).toMatchObject([{ id: "flat", kind: "trainability", finished: 4, total: 4 }]);
    expect(result.address).toBe(`http://127.0.0.1:${result.port}/#run?id=flat`);
    const view = await (await fetch(`http://127.0.0.1:${result.port}/run/flat/run.json`)).json();
    expect(view).toMatchObject({ id: "flat", finished: 4, notes: [] });
    expect((await stop()).code).toBe(0);
  });

  it("says what is wrong: a port in use, a folder that is no run, another host", async () => {
    const taken = createServer();
    await new Promise<void>((resolve) => taken.listen(0, "127.0.0.1", resolve));
    const { port } = taken.address() as { port: number };
    const busy = await isinglass(["lab", "--port", String(port)]);
    taken.close();
    expect(busy.code).toBe(2);
    expect(busy.stderr).toMatch(
      new RegExp(`port ${port} is in use, expected a free one\nhint: isinglass lab --port \\d+`),
    );
    expect(busy.stdout).toBe("");
    writeFileSync(join(folder, "report.html"), "<p>report</p>");
    for (const [words, code, message] of [
      [[join(folder, "nothing")], 4, "no such folder"],
      [[join(folder, "report.html")], 4, "open a report in the browser itself"],
      [[folder, "--host", "0.0.0.0"], 2, "expected 127.0.0.1: the lab is served to this machine only"],
      [["--port", "70000"], 2, "a whole number"],
      [["--prot", "80"], 2, "did you mean --port?"],
    ] as const) {
      const finished = await isinglass(["lab", ...words]);
      expect([finished.code, finished.stdout]).toEqual([code, ""]);
      expect(finished.stderr).toContain(message);
    }
  });

  it("is completed by shells", async () => {
    const { stdout } = await isinglass(["completion", "bash"]);
    expect(stdout).toMatch(/ {6}lab\) words="--port --host --open /);
  });
});
