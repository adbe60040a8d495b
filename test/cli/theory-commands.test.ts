/** The theory commands end to end: numbers, JSON layout, exit codes, expectations. */
import { execFileSync } from "node:child_process";
import { beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { buildProgram, isinglass } from "./program.ts";

const estimate = z.object({
  value: z.union([z.number(), z.enum(["Infinity", "-Infinity"])]),
  stderr: z.number().nullable(),
  n: z.number(),
  method: z.string(),
});
const document = (command: string, result: z.ZodType) =>
  z.object({
    schema: z.literal(`isinglass/${command}/1`),
    version: z.string().regex(/^\d+\.\d+\.\d+/),
    command: z.string().startsWith(`isinglass ${command}`),
    result,
    assumptions: z.array(z.string()).min(1),
    references: z.array(z.object({ authors: z.string(), year: z.number(), title: z.string() })).min(1),
    seed: z.number().nullable(),
  });

beforeAll(buildProgram, 120_000);

describe("critical", () => {
  it("prints the documented JSON with the published value", async () => {
    const { code, stdout, stderr } = await isinglass(
      "critical --activation tanh --bias-variance 0.05 --json".split(" "),
    );
    expect([code, stderr]).toEqual([0, ""]);
    const schema = document(
      "critical",
      z.object({ weightVariance: estimate, biasVariance: estimate, q: estimate }),
    );
    const { result } = schema.parse(JSON.parse(stdout)) as { result: Record<string, { value: number }> };
    expect(result.weightVariance?.value).toBeCloseTo(1.76095464, 6);
    expect(result.q?.value).toBeCloseTo(0.57004788, 6);
  });
  it("solves for the bias variance too, and prints a table", async () => {
    const { stdout } = await isinglass(
      "critical --activation tanh --weight-variance 1.76095464 --csv".split(" "),
    );
    const [header, row] = stdout.trim().split("\n");
    expect(header).toBe("sigma_w^2,sigma_b^2,q,chi_q");
    expect(Number(row?.split(",")[1])).toBeCloseTo(0.05, 6);
  });
  it("leads with the answer for people", async () => {
    const { stdout } = await isinglass(["critical", "--activation", "relu"]);
    expect(stdout.split("\n")[0]).toBe("relu is critical at weight variance 2 / fan-in, bias variance 0");
  });
});

describe("signal", () => {
  it("prints the documented JSON with the published values", async () => {
    const { code, stdout } = await isinglass(
      "signal --activation tanh --weight-variance 1.5 --bias-variance 0.05 --json".split(" "),
    );
    expect(code).toBe(0);
    const names = ["q", "c", "chi1", "xiQ", "xiC"] as const;
    const fields = Object.fromEntries(names.map((name) => [name, estimate]));
    const schema = document(
      "signal",
      z.object({ ...fields, phase: z.enum(["ordered", "critical", "chaotic"]) }),
    );
    const { result } = schema.parse(JSON.parse(stdout)) as { result: Record<string, { value: number }> };
    expect(names.map((name) => result[name]?.value)).toEqual([
      expect.closeTo(0.4180372, 6),
      expect.closeTo(1, 6),
      expect.closeTo(0.93863627, 6),
      expect.closeTo(1.682828, 5),
      expect.closeTo(15.790994, 5),
    ]);
    expect(result.phase).toBe("ordered");
  });
  it("prints the same bytes twice", async () => {
    const words = "signal --activation gelu --weight-variance 2 --bias-variance 0.1 --json".split(" ");
    const [first, second] = [await isinglass(words), await isinglass(words)];
    expect(first.stdout).toBe(second.stdout);
  });
  it("takes an expression of x", async () => {
    const words = ["signal", "--activation", "x*sigmoid(1.5*x)", "--weight-variance", "2", "--json"];
    const { code, stdout } = await isinglass(words);
    expect(code).toBe(0);
    expect(JSON.parse(stdout).command).toContain("'x*sigmoid(1.5*x)'");
  });
  it("fails with code 1 when an expectation fails, the result still on stdout", async () => {
    const words = [
      "signal",
      "--activation",
      "relu",
      "--weight-variance",
      "2",
      "--expect",
      "chi1 in [0.95,1.05]",
    ];
    expect(await isinglass([...words, "--expect", "phase = critical"])).toMatchObject({
      code: 0,
      stderr: "",
    });
    const failed = await isinglass([...words, "--expect", "phase = chaotic"]);
    expect(failed).toMatchObject({
      code: 1,
      stderr: "expectation failed: phase = chaotic (found phase = critical)\n",
    });
    expect(failed.stdout).toContain("critical");
  });
});

/** A second is this many starts of Node on an idle machine (40 ms each). */
const NODE_STARTS = 25;

describe("every command line", () => {
  it.each([
    ["critical", "--activation", "tanh"],
    ["diagnose", "784-300x50-10 tanh", "--data", "missing.npz"],
  ])("shows something within a second: %s", async (...words) => {
    // the best of a few; a machine that takes long to start Node at all is busy with something else
    const best = { seconds: Number.POSITIVE_INFINITY, node: Number.POSITIVE_INFINITY };
    const isFast = () => best.seconds < Math.max(1, NODE_STARTS * best.node);
    for (let i = 0; i < 5 && (i === 0 || !isFast()); i++) {
      const started = performance.now();
      execFileSync(process.execPath, ["--eval", "0"]);
      best.node = Math.min(best.node, (performance.now() - started) / 1000);
      best.seconds = Math.min(best.seconds, (await isinglass(words)).firstOutput);
    }
    expect(isFast(), JSON.stringify(best)).toBe(true);
  });
  it("without words shows two examples", async () => {
    const { code, stdout, stderr } = await isinglass([]);
    expect([code, stderr]).toEqual([0, ""]);
    expect(stdout.match(/^ {2}isinglass /gm)).toHaveLength(2);
  });
  it("--help starts with examples", async () => {
    for (const words of [["--help"], ["help"], ["signal", "--help"], ["help", "signal"], ["signal", "-h"]]) {
      const { code, stdout } = await isinglass(words);
      expect(code).toBe(0);
      expect(stdout.indexOf("Examples")).toBeGreaterThan(0);
      expect(stdout.indexOf("Examples")).toBeLessThan(
        Math.max(stdout.indexOf("Options"), stdout.indexOf("Commands")),
      );
    }
    expect((await isinglass(["--version"])).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  });
  it("uses colour only when asked or on a terminal", async () => {
    const words = ["critical", "--activation", "relu"];
    const hasColor = async (more: string[], env = {}) =>
      (await isinglass([...words, ...more], { env })).stdout.includes("\u001b[");
    expect(await hasColor([])).toBe(false);
    expect(await hasColor([], { FORCE_COLOR: "1" })).toBe(true);
    expect(await hasColor(["--no-color"], { FORCE_COLOR: "1" })).toBe(false);
    expect(await hasColor([], { FORCE_COLOR: "1", NO_COLOR: "1" })).toBe(false);
  });
  it.each([
    ["crtical", 'did you mean "critical"'],
    ["signal --activaton tanh", "did you mean --activation"],
    ["signal --activation tanhh --weight-variance 1", "tanh"],
    ["signal --activation tanh", "--weight-variance is missing"],
    ["signal --weight-variance 1", "--activation is missing"],
    ["signal --activation tanh --weight-variance -1", "above 0"],
    ["signal --activation tanh --weight-variance NaN", "above 0"],
    ["signal --activation tanh --weight-variance 1 --bias-variance -0.1", "at least 0"],
    ["signal --activation tanh --weight-variance 1 --seed 1.5", "whole number"],
    ["signal --activation tanh --weight-variance", "needs a value"],
    ["critical --activation relu --bias-variance 0.1", "no point"],
    ["critical --activation tanh --expect chi1=2", "--expect"],
    ["doctor --csv", "not a table"],
  ])("refuses `%s` in at most three lines with a next step and code 2", async (line, message) => {
    const { code, stdout, stderr } = await isinglass(line.split(" "));
    expect(code).toBe(2);
    expect(stderr).toContain(message);
    expect(stderr).toMatch(/^error: .*\nhint: .+\n$/);
    if (!line.includes("--expect")) expect(stdout).toBe("");
  });
});

describe("doctor and completion", () => {
  it("finds what it needs here", async () => {
    const { code, stdout } = await isinglass(["doctor", "--json"]);
    expect(code).toBe(0);
    const { result } = JSON.parse(stdout) as { result: { findings: { name: string; ok: boolean }[] } };
    expect(result.findings.filter(({ ok }) => !ok)).toEqual([]);
    expect(result.findings.map(({ name }) => name)).toContain("ONNX Runtime");
  });
  it("writes a script that the shell accepts", async () => {
    const { code, stdout } = await isinglass(["completion", "bash"]);
    expect(code).toBe(0);
    expect(stdout).toContain("--weight-variance");
    expect((await isinglass(["completion", "bsh"])).stderr).toContain("isinglass completion bash");
  });
});
