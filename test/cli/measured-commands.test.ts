/** Commands that measure, draw and train, end to end on small networks. */
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { fromOnnx } from "../../src/engine/index.ts";
import { buildProgram, isinglass } from "./program.ts";

const models = resolve("test/fixtures/models");
let folder = "";
beforeAll(async () => {
  await buildProgram();
  folder = mkdtempSync(join(tmpdir(), "isinglass-cli-"));
}, 120_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const run = (...words: string[]) => isinglass(words, { cwd: folder });

const number = z.union([z.number(), z.enum(["Infinity", "-Infinity", "NaN"])]);
const estimate = z.object({ value: number, stderr: number.nullable(), n: z.number(), method: z.string() });
const comparison = z.object({ theory: number.nullable(), measured: estimate.nullable() });
const diagnosis = z.object({
  schema: z.literal("isinglass/diagnose/1"),
  version: z.string(),
  command: z.string(),
  seed: z.number(),
  assumptions: z.array(z.string()).min(2),
  references: z.array(z.object({ authors: z.string(), year: z.number(), title: z.string() })),
  result: z.object({
    network: z.object({
      name: z.string(),
      depth: z.number(),
      parameterCount: z.number(),
      inputShape: z.array(z.number()),
    }),
    data: z.object({ name: z.string(), count: z.number(), provenance: z.array(z.string()) }),
    verdict: z.object({
      trains: z.enum(["yes", "marginal", "no"]),
      phase: z.enum(["ordered", "critical", "chaotic"]),
      headline: z.string(),
      reason: z.string(),
      advice: z.string(),
    }),
    weightVariance: estimate,
    biasVariance: estimate,
    critical: z.object({ weightVariance: estimate, biasVariance: estimate }).nullable(),
    layers: z.array(
      z.object({
        layer: z.number(),
        name: z.string(),
        q: comparison,
        c: comparison,
        chi: comparison,
        gradient: comparison,
      }),
    ),
    jacobian: z
      .object({ singularValues: z.array(number), meanSquare: comparison, relativeVariance: comparison })
      .nullable(),
    notCovered: z.array(z.string()).min(1),
  }),
});

describe("diagnose", () => {
  const network = "16-40x3-4 tanh sw2=0.5 sb2=0.05";
  const small = ["--examples", "16", "--seeds", "2"];

  it("prints the documented JSON, the same bytes for the same seed", async () => {
    const [first, second] = [
      await run("diagnose", network, ...small, "--json"),
      await run("diagnose", network, ...small, "--json"),
    ];
    expect(first.code).toBe(0);
    expect(first.stdout).toBe(second.stdout);
    const { result } = diagnosis.parse(JSON.parse(first.stdout));
    expect(result.layers).toHaveLength(4);
    expect(result.critical?.weightVariance.value).toBeCloseTo(1.76095464, 6);
  });

  it("leads with the verdict for people, and ends with what was not covered", async () => {
    const { stdout, stderr } = await run("diagnose", network, ...small);
    const lines = stdout.trim().split("\n");
    expect(lines[0]).toBe("It should train: signals survive about 7.1 layers, and it has 4.");
    expect(lines[1]).toMatch(/^Ordered phase:/);
    expect(lines[2]).toMatch(/^Next: /);
    expect(stdout.indexOf("weight variance")).toBeLessThan(stdout.indexOf("Not covered:"));
    expect(stderr).toBe(`diagnosing ${network}\nno --data: using white noise of shape 16\n`);
    expect((await run("diagnose", network, ...small, "--quiet")).stderr).toBe("");
  });

  it("writes report and critical model, and replaces them only with --force", async () => {
    const words = [
      "diagnose",
      network,
      ...small,
      "--report",
      "page.html",
      "--fix",
      "critical.onnx",
      "--quiet",
    ];
    expect((await run(...words)).code).toBe(0);
    const page = readFileSync(join(folder, "page.html"), "utf8");
    expect(page).toContain("It should train");
    expect(page.length).toBeLessThan(2_000_000);
    const { graph } = await fromOnnx(join(folder, "critical.onnx"), { batch: 2 });
    expect(graph.inputs[0]?.shape).toEqual([2, 16]);
    expect((await run(...words)).code).toBe(4);
    expect((await run(...words, "--force")).code).toBe(0);
    const fixed = await run("diagnose", "critical.onnx", ...small, "--expect", "theory.chi1 in [0.8,1.2]");
    expect(fixed.code).toBe(0);
  });

  it.each(["mlp", "resnet", "transformer"])("answers for a file exported from PyTorch: %s", async (name) => {
    const { code, stdout } = await run("diagnose", join(models, `${name}.onnx`), "--examples", "8", "--json");
    expect(code).toBe(0);
    const { result } = diagnosis.parse(JSON.parse(stdout));
    expect(result.layers.length).toBeGreaterThan(4);
    expect(result.weightVariance.stderr).toBeGreaterThan(0);
  });

  it("prints one CSV row per layer", async () => {
    const { stdout } = await run("diagnose", network, ...small, "--csv");
    const rows = stdout.trim().split("\n");
    expect(rows).toHaveLength(5);
    expect(rows[0]?.startsWith("layer,name,kind,fan_in,weight_variance")).toBe(true);
  });
});

describe("check", () => {
  it("has a row for every node", async () => {
    const { code, stdout } = await run("check", join(models, "transformer.onnx"), "--json");
    expect(code).toBe(0);
    const { result } = JSON.parse(stdout) as {
      result: { nodes: { status: string; theory: string | null; reason: string | null }[] };
    };
    expect(result.nodes).toHaveLength(81);
    for (const { status, theory, reason } of result.nodes) {
      if (status === "supported") expect(theory ?? reason).toBeTruthy();
    }
  });
  it("says first whether the file can be used", async () => {
    const { stdout } = await run("check", join(models, "mlp.onnx"));
    expect(stdout.split("\n")[0]).toMatch(
      /^All \d+ nodes are supported; theory covers 5 of 5 weight layers\.$/,
    );
  });
});

describe("phase", () => {
  it("draws in characters", async () => {
    const { stdout } = await run("phase", "--activation", "tanh", "--resolution", "12");
    const rows = stdout.split("\n").filter((line) => line.includes("┤"));
    expect(rows).toHaveLength(12);
    expect(rows[0]).toMatch(/·+\*?x+$/);
    expect(rows.at(-1)).toMatch(/┤··\*x{9}$/);
  });
  it.each(["svg", "png", "csv", "json"])("writes %s", async (ending) => {
    const path = `phase.${ending}`;
    const { code } = await run("phase", "--activation", "relu", "--resolution", "8", "--output", path);
    expect(code).toBe(0);
    expect(statSync(join(folder, path)).size).toBeGreaterThan(40);
  });
  it("paints 200 x 200 points of tanh", async () => {
    const { code, stdout } = await run("phase", "--activation", "tanh", "--json");
    expect(code).toBe(0);
    const { result } = JSON.parse(stdout) as { result: { chi1: number[]; nx: number } };
    expect(result.chi1).toHaveLength(200 * 200);
  });
});

describe("train and trainability", () => {
  it("trains an autoencoder, and draws its curves", async () => {
    const words =
      "--data mixture --examples 400 --batch-size 20 --epochs 5 --optimizer adam --rate 0.01".split(" ");
    const { code, stdout } = await run(
      ...[
        "train",
        "autoencoder:16-8 linear",
        ...words,
        "--output",
        "auto.svg",
        "--report",
        "auto.html",
        "--json",
      ],
    );
    expect(code).toBe(0);
    const { result } = JSON.parse(stdout);
    expect(result.train.accuracy).toBeNull();
    expect(result.final.value).toBeGreaterThan(0.05);
    expect(result.history.at(-1).loss).toBeLessThan(result.history[0].loss);
    expect(readFileSync(join(folder, "auto.svg"), "utf8")).toContain("loss");
    expect(readFileSync(join(folder, "auto.html"), "utf8")).toContain("Reproduces");
  });

  it("trains a GAN, resumes it bit for bit, and refuses other kinds", async () => {
    const gan = [
      "train",
      "generator:4-32-9 relu output=linear init=he",
      "--discriminator",
      "discriminator:9-32-1",
    ];
    const words = ["--data", "mixture", "--examples", "400", "--batch-size", "50", "--json"];
    const whole = await run(
      ...gan,
      ...words,
      "--steps",
      "20",
      "--report",
      "gan.html",
      "--output",
      "gan.onnx",
    );
    expect(whole.code).toBe(0);
    const { result } = JSON.parse(whole.stdout);
    expect(result.ceiling.value).toBeGreaterThan(result.score.value);
    expect(result.coverage.shares).toHaveLength(10);
    expect(result.history.at(-1).step).toBe(20);
    expect(readFileSync(join(folder, "gan.html"), "utf8")).toContain("How often the discriminator is right");
    expect((await fromOnnx(join(folder, "gan.onnx"), { batch: 2 })).graph.outputs).toHaveLength(1);
    await run(...gan, ...words, "--steps", "8", "--checkpoint", "gan.npz");
    const resumed = await run(...gan, ...words, "--steps", "20", "--checkpoint", "gan.npz");
    expect(JSON.parse(resumed.stdout).result.score).toEqual(result.score);
    const wrong = await run("train", "9-10", "--discriminator", "discriminator:9-32-1", ...words);
    expect([wrong.code, wrong.stderr]).toEqual([2, expect.stringContaining("generator:64-256-784")]);
  });

  it("trains on MNIST and writes the network", async () => {
    const words = "--data mnist --examples 1000 --epochs 2 --rate 0.1 --output trained.onnx --json".split(
      " ",
    );
    const { code, stdout } = await run("train", "784-32x2-10 tanh sw2=1.76 sb2=0.05", ...words);
    expect(code).toBe(0);
    const { result } = JSON.parse(stdout) as { result: { test: { accuracy: number }; history: unknown[] } };
    expect(result.test.accuracy).toBeGreaterThan(0.6);
    expect(result.history).toHaveLength(2);
    expect(existsSync(join(folder, "trained.onnx"))).toBe(true);
  });
  it("scans, and the same command again computes nothing", async () => {
    const scan =
      "trainability --activation tanh --bias-variance 0.05 --data mnist --weight 0.5,1.76 --depths 2,12 --width 24 --examples 400 --steps 60 --rate 0.2 --run scan --json";
    const first = await run(...scan.split(" "));
    expect(first.code).toBe(0);
    const { result } = JSON.parse(first.stdout) as { result: { cells: { accuracy: number }[] } };
    const [shallow, , deepOrdered, deepCritical] = result.cells.map(({ accuracy }) => accuracy) as [
      number,
      number,
      number,
      number,
    ];
    expect(shallow).toBeGreaterThan(0.5);
    expect(deepCritical).toBeGreaterThan(deepOrdered + 0.2);
    const second = await run(...scan.split(" "));
    expect(second.stdout).toBe(first.stdout);
    expect(second.seconds).toBeLessThan(first.seconds + 1);
    const other = await run(...scan.replace("--steps 60", "--steps 61").split(" "));
    expect(other).toMatchObject({ code: 4, stdout: "" });
    expect(other.stderr).toContain("its steps is 60, now it is 61");
  });
});

describe("a model of token numbers", () => {
  const model = join(models, "gpt2-dynamo.onnx");
  it("is measured from its embedding on", async () => {
    const { code, stdout } = await run("diagnose", model, "--shape", "input=1,8", "--examples", "8");
    expect(code).toBe(0);
    expect(stdout).toContain("random tokens");
    expect(stdout).toContain("no theory covers attention, layer normalisation");
  });

  it("takes no images", async () => {
    const { code, stderr } = await run("diagnose", model, "--shape", "input=1,8", "--data", "mnist");
    expect(code).toBe(2);
    expect(stderr).toContain("leave --data out");
  });
});

describe("a network with dropout", () => {
  it("is diagnosed, but not trained", async () => {
    const { code, stdout } = await run(
      "diagnose",
      "16-40x3-4 tanh sw2=1.76 keep=0.9",
      "--examples",
      "16",
      "--seeds",
      "2",
    );
    expect(code).toBe(0);
    expect(stdout).toContain("With dropout (keep 0.9)");
    const training = await run("train", "16-40x3-4 tanh keep=0.9");
    expect(training.code).toBe(3);
    expect(training.stderr).toContain("Drop keep=");
  });
});
