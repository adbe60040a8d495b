import {
  appendFileSync,
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createStream } from "../../src/numerics/index.ts";
import { checkWritable, executeRun, openRun, type RunPlan } from "../../src/runs/index.ts";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "isinglass-runs-"));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

const plan: RunPlan = {
  kind: "demo",
  version: "0.1.0",
  seed: 7,
  options: { width: 30, list: [1, 2] },
  steps: ["a", "b", "c", "d"],
};
const work = async (step: string): Promise<number> => createStream(plan.seed).fork(step).normal();

describe("a run folder", () => {
  it("gives the same numbers whether or not it was interrupted", async () => {
    const whole = await openRun(join(folder, "whole"), plan);
    const expected = await executeRun(whole, work);
    await whole.close();

    const path = join(folder, "killed");
    const first = await openRun(path, plan);
    const abort = new AbortController();
    const interrupted = executeRun(
      first,
      async (step) => {
        if (step === "b") abort.abort();
        return work(step);
      },
      { signal: abort.signal },
    );
    await expect(interrupted).rejects.toMatchObject({
      exitCode: 130,
      message: expect.stringContaining("2 of 4"),
    });
    await first.close();
    appendFileSync(join(path, "results.ndjson"), '{"step":"c","resu'); // killed in the middle of a line

    const second = await openRun(path, plan);
    expect([...second.results.keys()]).toEqual(["a", "b"]);
    const redone: string[] = [];
    const results = await executeRun(second, (step) => {
      redone.push(step);
      return work(step);
    });
    await second.close();
    expect(redone).toEqual(["c", "d"]);
    expect(results).toEqual(expected);
    expect(
      readFileSync(join(path, "results.ndjson"), "utf8")
        .trim()
        .split("\n")
        .map((line) => JSON.parse(line).step),
    ).toEqual(plan.steps);
  });

  it("gives the same numbers with steps in parallel", async () => {
    const one = await openRun(join(folder, "one"), plan);
    const two = await openRun(join(folder, "two"), plan);
    expect(await executeRun(two, work, { parallel: 3 })).toEqual(await executeRun(one, work));
    await one.close();
    await two.close();
  });

  it("refuses another plan, a folder that is no run, and a damaged line", async () => {
    const path = join(folder, "run");
    await (await openRun(path, plan)).close();
    await expect(openRun(path, { ...plan, seed: 8 })).rejects.toThrow("its seed is 7, now it is 8");
    await expect(openRun(path, { ...plan, options: { ...plan.options, width: 31 } })).rejects.toThrow(
      "width is 30",
    );
    mkdirSync(join(folder, "plain"));
    await expect(openRun(join(folder, "plain"), plan)).rejects.toThrow("not a run folder");
    writeFileSync(join(path, "results.ndjson"), "oops\n");
    await expect(openRun(path, plan)).rejects.toThrow("line 1 is not JSON");
  });

  it("keeps what was done before a step failed", async () => {
    const run = await openRun(join(folder, "run"), plan);
    const failing = executeRun(run, async (step) => {
      if (step === "c") throw new RangeError("diverged");
      return 1;
    });
    await expect(failing).rejects.toThrow("diverged");
    await run.close();
    const again = await openRun(join(folder, "run"), plan);
    expect(again.results.size).toBe(2);
    await again.close();
  });
});

describe("checkWritable", () => {
  it("refuses existing files, missing and read-only folders, and folders as files", () => {
    const file = join(folder, "old.txt");
    writeFileSync(file, "x");
    expect(() => checkWritable(file)).toThrow("already exists");
    expect(() => checkWritable(file, { force: true })).not.toThrow();
    expect(() => checkWritable(join(folder, "no", "new.txt"))).toThrow("does not exist");
    expect(() => checkWritable(folder, { force: true })).toThrow("is a folder");
    for (const path of [join(file, "new.txt"), join(file, "deep", "new.txt")]) {
      expect(() => checkWritable(path)).toThrow(`${file} is a file, expected a folder`);
    }
    const locked = join(folder, "locked");
    mkdirSync(locked);
    chmodSync(locked, 0o555);
    expect(() => checkWritable(join(locked, "new.txt"))).toThrow("read-only");
    chmodSync(locked, 0o755);
  });
});
