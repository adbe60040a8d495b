/** `flow` and `tune` as a user runs them: documented JSON, reports, a scan that is killed and resumed, bad input. */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { writeNpz } from "../../src/data/index.ts";
import { add, fromOnnx, GraphBuilder, toOnnx, type Value } from "../../src/engine/index.ts";
import { createStream } from "../../src/numerics/index.ts";
import { buildProgram, isinglass } from "./program.ts";

let folder = "";
const at = (name: string) => join(folder, name);
beforeAll(async () => {
  await buildProgram();
  folder = mkdtempSync(join(tmpdir(), "isinglass-cli-"));
  const stream = createStream(1);
  const x = new Float64Array(240 * 16);
  const y = new Int32Array(240);
  for (let row = 0; row < 240; row++) {
    y[row] = row % 3;
    for (let i = 0; i < 16; i++)
      x[row * 16 + i] = 0.5 + 0.3 * Math.sin(i * (1 + (row % 3))) + 0.1 * stream.uniform();
  }
  writeFileSync(
    at("blobs.npz"),
    writeNpz({ x: { shape: [240, 16], data: x }, y: { shape: [240], data: y } }),
  );
  const constant = writeNpz({ x: { shape: [240, 16], data: x.map(() => 3) }, y: { shape: [240], data: y } });
  writeFileSync(at("constant.npz"), constant);
  writeFileSync(
    at("nan.npz"),
    writeNpz({ x: { shape: [240, 16], data: x.map((v, i) => (i === 77 ? Number.NaN : v)) } }),
  );
  const b = new GraphBuilder("sum");
  const [first, second] = ["a", "b"].map((name) => b.input(name, "float32", [2, 4]));
  b.output(add(b, first as Value, second as Value), "out");
  writeFileSync(at("two-inputs.onnx"), toOnnx(b.build()));
}, 120_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const run = (...words: string[]) => isinglass(words, { cwd: folder });

const network = "16-20x4-3 tanh sw2=1.5 sb2=0.05";
const small = ["--data", "blobs.npz", "--batches", "8", "--batch-size", "16", "--test", "20"];
const number = z.union([z.number(), z.enum(["Infinity", "-Infinity", "NaN"])]);
const estimate = z.object({ value: number, stderr: number.nullable(), n: z.number(), method: z.string() });

describe("flow", () => {
  const flow = z.object({
    schema: z.literal("isinglass/flow/1"),
    assumptions: z.array(z.string()).min(2),
    references: z.array(z.object({ authors: z.string(), year: z.number() })).min(1),
    seed: z.number(),
    result: z.object({
      verdict: z.object({
        kind: z.enum(["subcritical", "critical", "supercritical", "undecided"]),
        headline: z.string(),
        reason: z.string(),
        advice: z.string(),
      }),
      reach: z.object({ depth: z.number(), of: z.number(), isWhole: z.boolean() }),
      cutoff: z.object({ deviates: z.boolean() }),
      layers: z.array(
        z.object({
          depth: z.number(),
          name: z.string(),
          gram: estimate,
          differential: estimate,
          relative: estimate,
          forward: estimate,
          isCounted: z.boolean(),
        }),
      ),
      theory: z.object({ chi1: number, xiC: number, phase: z.string() }).nullable(),
      notCovered: z.array(z.string()).min(1),
      run: z.string(),
    }),
  });

  it("prints the documented JSON, writes a page without requests, and reads a finished run again", async () => {
    const words = ["flow", network, ...small, "--seeds", "2", "--json"];
    const first = await run(...words, "--report", "flow.html", "--output", "flow.svg");
    expect(first.stderr).not.toContain("error");
    const { result } = flow.parse(JSON.parse(first.stdout));
    expect(result.layers).toHaveLength(6);
    expect(result.layers[0]?.relative.value).toBe(0);
    expect(result.layers.at(-1)?.isCounted).toBe(false);
    expect(existsSync(at(join(result.run, "results.ndjson")))).toBe(true);
    const html = readFileSync(at("flow.html"), "utf8");
    expect(html).toContain("default-src 'none'");
    expect(html).not.toMatch(/(src|href)="https?:/);
    for (const name of ["flow-curve", "reconstructions", "spectra-forward"]) {
      if (name !== "reconstructions") expect(html).toContain(`id="figure-${name}"`);
    }
    expect(readFileSync(at("flow.svg"), "utf8")).toContain("<svg");
    const again = await run(...words, "--quiet");
    expect(JSON.parse(again.stdout).result).toEqual(JSON.parse(first.stdout).result);
    expect(again.stderr).toBe("");
  });

  it("leads with the verdict for people", async () => {
    const { stdout, code } = await run("flow", network, ...small, "--seeds", "2");
    expect(code).toBe(0);
    const lines = stdout.split("\n");
    expect(lines[0]).toMatch(/^The (input|first block)/);
    expect(stdout).toContain("S reconstructed");
    expect(stdout).toContain("Not covered:");
    expect(lines.at(-2)).toMatch(/^Sources: Thurn/);
  });

  it("measures a file with its weights beside it, and says what its errors are over", async () => {
    const model = resolve("test/fixtures/models/external.onnx");
    const { stdout, stderr } = await run(
      ...[
        "flow",
        model,
        "--data",
        "noise",
        "--batches",
        "3",
        "--batch-size",
        "8",
        "--seeds",
        "1",
        "--test",
        "8",
      ],
      ...["--examples", "64", "--json"],
    );
    expect(stderr).not.toContain("error");
    const { result } = flow.parse(JSON.parse(stdout));
    expect(result.notCovered.join(" ")).toContain("one set of parameters");
  });
});

describe("flow --scan", () => {
  const scan = [
    "flow",
    "16-20x6-3 tanh sb2=0.05",
    ...small,
    "--scan",
    "--weight",
    "0.5,1.5,3",
    "--seeds",
    "2",
  ];

  it("resumes with the same numbers after being killed in the middle", async () => {
    const whole = await run(...scan, "--run", "whole", "--json", "--output", "map.svg");
    expect(whole.stderr).not.toContain("error");
    const killed = await isinglass([...scan, "--run", "killed", "--json"], {
      cwd: folder,
      interruptAt: "run folder killed",
      interruptAfterMs: 350,
    });
    // a fast machine may be done before the signal comes
    if (killed.code !== 0) {
      expect(killed.code).toBe(130);
      expect(killed.stderr).toMatch(/interrupted/);
    }
    const resumed = await run(...scan, "--run", "killed", "--json");
    const plain = (text: string) => ({ ...JSON.parse(text).result, run: "" });
    expect(plain(resumed.stdout)).toEqual(plain(whole.stdout));
    const sorted = (path: string) =>
      readFileSync(at(join(path, "results.ndjson")), "utf8")
        .split("\n")
        .sort();
    expect(sorted("killed")).toEqual(sorted("whole"));
    expect(readFileSync(at("map.svg"), "utf8")).toContain("<image");
  });

  it("trains networks beside the map and reports the overlap with its error", async () => {
    const { stdout, stderr } = await run(
      ...[
        ...scan,
        "--run",
        "whole",
        "--train",
        "2,6",
        "--train-steps",
        "10",
        "--json",
        "--report",
        "scan.html",
      ],
    );
    expect(stderr).not.toContain("error");
    const [map] = JSON.parse(stdout).result.maps;
    expect(map.trained).toHaveLength(6);
    const predictors = new Set(map.comparison.map(({ predictor }: { predictor: string }) => predictor));
    expect([...predictors]).toEqual(expect.arrayContaining(["S >= 0.1 S(input)", "cutoff", "6 xi_c"]));
    expect(readFileSync(at("scan.html"), "utf8")).toContain("Does the flow predict training?");
  });
});

describe("tune", () => {
  it("exports a tuned model that loads, and compares by training", async () => {
    const { stdout, stderr } = await run(
      ...[
        "tune",
        "16-20x3-3 tanh",
        ...small,
        "--seeds",
        "2",
        "--evaluations",
        "12",
        "--output",
        "tuned.onnx",
        "--json",
      ],
      ...["--compare", "--compare-seeds", "2", "--train-steps", "20", "--report", "tune.html"],
    );
    expect(stderr).not.toContain("error");
    const { result } = JSON.parse(stdout);
    expect(result.trials).toHaveLength(12);
    expect(result.weightVariance.value).toBeGreaterThan(0.2);
    expect(result.comparison.map(({ beginning }: { beginning: string }) => beginning)).toEqual([
      ...["pytorch", "he", "glorot", "critical", "tuned"],
    ]);
    const { graph } = await fromOnnx(at("tuned.onnx"));
    expect(graph.inputs).toHaveLength(1);
    expect(readFileSync(at("tune.html"), "utf8")).toContain("Does it train better?");
  });
});

describe("bad input", () => {
  const half = "generator:4-6x3-8 tanh sb2=0.05";
  const noise = ["--data", "noise", "--examples", "64", "--batches", "2", "--batch-size", "8", "--test", "8"];
  const cases: [string, string[], number, RegExp][] = [
    ["a test batch below 2", ["flow", network, ...small.slice(0, -1), "1"], 2, /--test: received "1"/],
    ["a minibatch below 2", ["flow", network, "--data", "blobs.npz", "--batch-size", "1"], 2, /--batch-size/],
    [
      "a constant batch",
      ["flow", network, ...small, "--data", "constant.npz"],
      4,
      /constant|no contrast|same/,
    ],
    ["NaN", ["flow", network, ...small, "--data", "nan.npz"], 4, /example 4, value 13 is NaN/],
    ["data of another size", ["flow", "9-5-3 tanh", ...small], 2, /\[16\].*\[9\]/s],
    ["an existing report", ["flow", network, ...small, "--report", "blobs.npz"], 4, /already exists/],
    ["a picture of an unknown kind", ["flow", network, ...small, "--output", "map.gif"], 2, /\.svg, \.png/],
    ["a scan of a file", ["flow", resolve("test/fixtures/models/mlp.onnx"), "--scan"], 2, /received a file/],
    [
      "a comparison with no run",
      ["flow", network, ...small, "--scan", "--compare", "nothing"],
      4,
      /no run folder/,
    ],
    [
      "a comparison with a run of another kind",
      ["flow", network, ...small, "--scan", "--weight", "1,2", "--compare", "whole"],
      4,
      /is a run of flow-scan, expected one of trainability/,
    ],
    [
      "a partner that is no other half",
      ["flow", network, ...small, "--scan", "--partner", "discriminator:16-4-1"],
      2,
      /received networks of kind mlp and discriminator/,
    ],
    ["half a GAN alone", ["flow", half, ...noise, "--scan", "--train", "2"], 2, /does not train alone/],
    ["a range upside down", ["tune", network, ...small, "--weight", "3:1"], 2, /FROM below TO/],
    [
      "a discriminator beside no generator",
      ["tune", network, ...small, "--discriminator", "discriminator:16-4-1"],
      2,
      /expected a generator and a discriminator/,
    ],
    [
      "too few examples to set some aside",
      ["flow", network, "--data", "blobs.npz", "--examples", "2"],
      2,
      /has 2 examples, expected at least 500: 100 to be reconstructed/,
    ],
    ["tuning a file", ["tune", resolve("test/fixtures/models/mlp.onnx")], 2, /received a file/],
    [
      "a model that is no chain",
      ["flow", "two-inputs.onnx", "--data", "noise", "--batches", "2"],
      3,
      /chain.*input/s,
    ],
    [
      "decoders that diverge",
      ["flow", "16-20x4-3 relu sw2=1e19", ...small, "--seeds", "1"],
      5,
      /decoder \d+ \(of block .*\): loss .* expected a finite number/,
    ],
    [
      "decoders that saturate",
      ["flow", network, ...small, "--seeds", "1", "--batches", "60", "--decoder-rate", "30"],
      5,
      /\d of \d decoders have learned nothing; the first is decoder 1 \(of block dense1\): loss .* untrained/,
    ],
  ];

  it.each(cases)("%s ends with one clear error and a next step", async (_, words, code, message) => {
    const finished = await run(...words);
    expect(finished.stderr).toMatch(message);
    expect(finished.stderr).toMatch(/hint: /);
    expect(finished.code).toBe(code);
    expect(finished.stdout).toBe("");
    expect(finished.stderr.split("\n").filter((line) => /^(error|internal)/.test(line))).toHaveLength(1);
  });
});
