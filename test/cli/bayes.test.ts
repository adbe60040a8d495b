/** The Bayesian commands end to end: documented fields, published values, exit codes. */
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { readNpz } from "../../src/data/index.ts";
import { referenceTask } from "../bayes/reference-task.ts";
import reference from "../fixtures/bayes-reference.json" with { type: "json" };
import { buildProgram, isinglass } from "./program.ts";

beforeAll(buildProgram, 120_000);
const folder = mkdtempSync(join(tmpdir(), "isinglass-bayes-"));

const rows = ({ rows, cols, data }: { rows: number; cols: number; data: Float64Array }): number[][] =>
  Array.from({ length: rows }, (_, i) => [...data.slice(i * cols, (i + 1) * cols)]);

function taskFile(name: string, change: Record<string, unknown> = {}): string {
  const { inputs, targets, testInputs, testTargets } = referenceTask(20, 30, 1);
  const path = join(folder, `${name}.json`);
  const task = {
    X: rows(inputs),
    y: [...targets],
    Xtest: rows(testInputs),
    ytest: [...testTargets],
    activation: "erf",
    width: 20,
    temperature: 0.1,
  };
  writeFileSync(path, JSON.stringify({ ...task, ...change }));
  return path;
}

describe("kernel", () => {
  const pair = "kernel --activation erf --depth 3 --weight-variance 1 --bias-variance 0".split(" ");

  it("prints the documented values", async () => {
    const { code, stdout } = await isinglass([
      ...pair,
      "--x",
      "1,-0.5,0.25,2",
      "--y",
      "0.3,0.8,-1.2,0.4",
      "--json",
    ]);
    const { result } = JSON.parse(stdout);
    expect(code).toBe(0);
    expect(result.nngp.value).toBeCloseTo(0.02430126418, 11);
    expect(result.ntk.value).toBeCloseTo(0.097319605767, 11);
  });

  it("writes the matrices of a data set", async () => {
    const path = join(folder, "kernels.npz");
    const { code, stderr } = await isinglass([
      ...pair,
      "--data",
      "noise",
      "--examples",
      "20",
      "--output",
      path,
    ]);
    expect([code, stderr]).toEqual([0, expect.stringContaining("wrote")]);
    const arrays = readNpz(new Uint8Array(readFileSync(path)));
    expect(arrays.get("ntk")?.shape).toEqual([20, 20]);
  });

  it("measures the tangent kernel of an imported file", async () => {
    const path = join(folder, "tangent.npz");
    const words = `kernel test/fixtures/models/tangent-cnn.onnx --data noise --examples 5 --form full --output ${path} --json`;
    const { code, stdout } = await isinglass(words.split(" "));
    const { result } = JSON.parse(stdout);
    expect(code).toBe(0);
    expect([result.parameters, result.outputs, result.eigenvalues.length]).toEqual([199, 3, 15]);
    expect(result.smallest.value).toBeGreaterThan(-1e-6);
    expect(readNpz(new Uint8Array(readFileSync(path))).get("ntk")?.shape).toEqual([15, 15]);
    const unfit = await isinglass(
      "kernel test/fixtures/models/tangent-cnn.onnx --data mnist --form 7".split(" "),
    );
    expect(unfit.code).toBe(2);
  });

  it("refuses what it cannot read", async () => {
    const unequal = await isinglass([...pair, "--x", "1,2", "--y", "1"]);
    expect([unequal.code, unequal.stderr]).toEqual([2, expect.stringContaining("2 entries and --y has 1")]);
    const words = await isinglass([...pair, "--x", "1,b", "--y", "1,2"]);
    expect([words.code, words.stderr]).toEqual([2, expect.stringContaining('"1,b"')]);
    expect((await isinglass([...pair, "--x", "1,2"])).code).toBe(2);
  });
});

describe("effective-action", () => {
  it("prints the documented values", async () => {
    const { code, stdout } = await isinglass(["effective-action", taskFile("task"), "--json"]);
    const { result } = JSON.parse(stdout);
    const expected = reference.onehl[0]?.cases.find(({ N1, T }) => N1 === 20 && T === 0.1);
    expect(code).toBe(0);
    expect(result.q.value).toBeCloseTo(expected?.Q as number, 8);
    expect(result.bias.value).toBeCloseTo(expected?.bias as number, 8);
    expect(result.variance.value).toBeCloseTo(expected?.var as number, 8);
    expect(result.error.value).toBeCloseTo(expected?.eg as number, 8);
  });

  it("names what is wrong with a file", async () => {
    const singular = taskFile("singular", { temperature: 0 });
    const task = JSON.parse(readFileSync(singular, "utf8"));
    task.X[1] = task.X[0];
    writeFileSync(singular, JSON.stringify(task));
    const rank = await isinglass(["effective-action", singular]);
    expect([rank.code, rank.stderr]).toEqual([5, expect.stringContaining("rank 29")]);
    expect(rank.stderr).toContain("inputs 0 and 1 are equal");
    writeFileSync(singular, JSON.stringify({ ...task, temperature: 0.1 }));
    expect((await isinglass(["effective-action", singular])).stdout).toContain("inputs 0 and 1 are equal");
    const missing = await isinglass(["effective-action", taskFile("missing", { y: [null, 1] })]);
    expect([missing.code, missing.stderr]).toEqual([4, expect.stringContaining("y[0]: received null")]);
    const none = await isinglass(["effective-action", taskFile("none", { X: [], y: [] })]);
    expect([none.code, none.stderr]).toEqual([4, expect.stringContaining("no examples")]);
    const field = await isinglass(["effective-action", taskFile("field", { width: "wide" })]);
    expect([field.code, field.stderr]).toEqual([4, expect.stringContaining("field width")]);
    const size = await isinglass(["effective-action", taskFile("size", { y: [1, 2] })]);
    expect([size.code, size.stderr]).toEqual([4, expect.stringContaining("30 and 2 rows")]);
    expect((await isinglass(["effective-action", join(folder, "missing.json")])).code).toBe(4);
  });
});

describe("teacher", () => {
  it("prints theory beside simulation, and draws both", async () => {
    const path = join(folder, "learning.csv");
    const { code, stdout } = await isinglass(
      `teacher --times 0:5:3 --simulate 300 --runs 3 --output ${path} --json`.split(" "),
    );
    const { result } = JSON.parse(stdout);
    expect(code).toBe(0);
    expect(result.plateau.value).toBeCloseTo(0.0116108403, 9);
    expect(result.criticalRate.value).toBeCloseTo(2.3068277, 5);
    const last = result.trajectory.at(-1);
    expect(Math.abs(last.simulated / last.error - 1)).toBeLessThan(0.2);
    expect(readFileSync(path, "utf8").trim().split("\n")).toHaveLength(4);
  });

  it("says that a rate is too large, and refuses times that run back", async () => {
    const fast = await isinglass("teacher --rate 5 --times 0:200:3".split(" "));
    expect([fast.code, fast.stdout]).toEqual([0, expect.stringContaining("rate 5 is above that")]);
    expect((await isinglass("teacher --times 3,1".split(" "))).code).toBe(2);
  });
});

describe("gap", () => {
  it("puts law and bound beside the gap of trained features, with the warning", async () => {
    const path = join(folder, "gap.csv");
    const words = "--examples 1500 --steps 100 --sizes 40,200 --draws 6 --json --output";
    const { code, stdout } = await isinglass(["gap", "784-20-10 erf sw2=2 sb2=0", ...words.split(" "), path]);
    const { result, assumptions } = JSON.parse(stdout);
    expect(code).toBe(0);
    expect(result.features).toBe(20);
    expect(assumptions[0]).toMatch(/no guarantee/);
    const [first, more] = result.curve;
    expect(first.gap.value).toBeGreaterThan(more.gap.value);
    expect(Math.abs(more.test.value / more.finiteSizeTest - 1)).toBeLessThan(0.15);
    expect(more.bound).toBeCloseTo(0.2, 12);
    expect(readFileSync(path, "utf8")).toContain("bound (no guarantee)");
    const file = await isinglass("gap test/fixtures/models/mlp.onnx --steps 5".split(" "));
    expect([file.code, file.stderr]).toEqual([2, expect.stringContaining("own weights")]);
    const few = await isinglass(["gap", "784-300-1 erf", "--examples", "100"]);
    expect([few.code, few.stdout, few.stderr]).toEqual([2, "", expect.stringContaining("at least 900")]);
  });
});

describe("teacher on other data", () => {
  it("learns on a hidden manifold, and draws the order parameters", async () => {
    const path = join(folder, "overlaps.svg");
    const { code, stdout } = await isinglass(
      `teacher --manifold 0.1 --function tanh --rate 0.5 --times 0:4:3 --simulate 300 --runs 3 --overlaps ${path} --json`.split(
        " ",
      ),
    );
    const { result } = JSON.parse(stdout);
    const last = result.trajectory.at(-1);
    expect(code).toBe(0);
    expect(Math.abs(last.simulated / last.error - 1)).toBeLessThan(0.2);
    expect(readFileSync(path, "utf8")).toContain("R12");
    expect((await isinglass("teacher --manifold 0.1 --function sing".split(" "))).stderr).toContain(
      "--function sign",
    );
    expect((await isinglass("teacher --manifold 1.5".split(" "))).code).toBe(2);
  });

  it("memorises or becomes the teacher", async () => {
    const path = join(folder, "collapse.csv");
    const words = `teacher --offline 10,40 --students 1 --teachers 1 --dimension 12 --runs 4 --output ${path} --json`;
    const { code, stdout } = await isinglass(words.split(" "));
    const { result } = JSON.parse(stdout);
    expect(code).toBe(0);
    expect(result.parameters).toBe(13);
    expect(result.curve.map(({ collapsed }: { collapsed: { value: number } }) => collapsed.value)).toEqual([
      0, 1,
    ]);
    expect(result.turnsAt).toBe(40);
    expect(readFileSync(path, "utf8")).toContain("fits all");
  });
});

describe("generalize", () => {
  it("predicts a learning curve with samples beside it", async () => {
    const path = join(folder, "curve.svg");
    const words =
      "--classes 0,1 --sizes 10,20 --test 100 --temperature 0.1 --sample --samples 20 --burn-in 20";
    const { code, stdout } = await isinglass([
      "generalize",
      "784-10-1 erf",
      ...words.split(" "),
      "--output",
      path,
      "--json",
    ]);
    const { result } = JSON.parse(stdout);
    expect(code).toBe(0);
    expect(result.curve.map(({ examples }: { examples: number }) => examples)).toEqual([10, 20]);
    expect(result.error.value).toBeLessThan(result.curve[0].finiteWidth.error.value);
    expect(result.curve[1].sampled.error.stderr).toBeGreaterThan(0);
    expect(readFileSync(path, "utf8")).toContain("<svg");
  });

  it("draws errors against width and the renormalised spectrum, in the form that was asked for", async () => {
    const [curve, spectrum] = [join(folder, "widths.csv"), join(folder, "spectrum.csv")];
    const words =
      "--classes 0,1 --train 20 --test 50 --temperature 0.1 --widths 10,100 --form nested --json --seed 3";
    const { code, stdout } = await isinglass([
      ...["generalize", "784-10x2-2 erf", ...words.split(" ")],
      ...["--output", curve, "--spectrum", spectrum],
    ]);
    const { result } = JSON.parse(stdout);
    expect([code, result.form]).toEqual([0, "nested"]);
    expect(result.network.outputs).toEqual({ specified: 2, predicted: 1 });
    expect(result.task).toMatch(/class 1 \(against 0\).*the network's 2 outputs are replaced by this one/);
    const outputs = await isinglass("generalize 784-10-3 --classes 0,1 --train 10".split(" "));
    expect([outputs.code, outputs.stderr]).toEqual([
      2,
      expect.stringMatching(/3 units and data of 2 classes/),
    ]);
    expect(result.curve.map(({ width }: { width: number }) => width)).toEqual([10, 100]);
    expect(result.validity.region).toContain("sampled");
    expect(readFileSync(curve, "utf8").trim().split("\n")).toHaveLength(3);
    expect(readFileSync(spectrum, "utf8").trim().split("\n")).toHaveLength(21);
    const form = await isinglass("generalize 784-10-1 --form deep".split(" "));
    expect([form.code, form.stderr]).toEqual([2, expect.stringContaining("vanilla, mixture")]);
    const both = await isinglass("generalize 784-10-1 --widths 5 --sizes 5".split(" "));
    expect(both.code).toBe(2);
  });

  it("says which networks it covers", async () => {
    const bottleneck = await isinglass(["generalize", "784-100-50-1 erf", "--widths", "10,20"]);
    expect([bottleneck.code, bottleneck.stderr]).toEqual([2, expect.stringContaining("one width")]);
    const collapsed = "generalize 784-9x2-1 --sizes 9 --temperature 1 --sample --sampler collapsed";
    const deep = await isinglass(collapsed.split(" "));
    expect([deep.code, deep.stderr]).toEqual([2, expect.stringContaining("--sampler hmc, or langevin")]);
    const idle = await isinglass("generalize 784-9-1 --sizes 9 --sampler langevin".split(" "));
    expect([idle.code, idle.stderr]).toEqual([2, expect.stringContaining("without --sample")]);
    const cold = await isinglass("generalize 784-10-1 --sizes 10 --sample --temperature 0".split(" "));
    expect([cold.code, cold.stderr]).toEqual([2, expect.stringContaining("temperature above 0")]);
  });

  it("samples two hidden layers, beside the form that was asked for", async () => {
    const words =
      "--sizes 8 --test 20 --classes 0,1 --temperature 0.2 --form nested --sample --samples 15 --burn-in 30";
    const { code, stdout } = await isinglass(["generalize", "784-4x2-1 erf", ...words.split(" "), "--json"]);
    const { result } = JSON.parse(stdout);
    const { sampled, finiteWidth, form } = result.curve[0];
    expect([code, form, sampled.divergences]).toEqual([0, "nested", 0]);
    expect(sampled.rHat).toBeLessThan(2);
    expect(sampled.effectiveSamples).toBeGreaterThan(2);
    expect(sampled.acceptance).toBeGreaterThan(0.3);
    expect(Math.abs(sampled.error.value / finiteWidth.error.value - 1)).toBeLessThan(0.6);
  });

  it("samples hidden layers of unequal widths by Langevin dynamics", async () => {
    const words =
      "--sizes 8 --test 20 --classes 0,1 --temperature 0.5 --sample --sampler langevin --samples 30 --burn-in 300";
    const { code, stdout } = await isinglass(["generalize", "784-4-6-1 erf", ...words.split(" "), "--json"]);
    const { result } = JSON.parse(stdout);
    const { sampled, finiteWidth } = result.curve[0];
    expect([code, result.network.widths]).toEqual([0, [4, 6]]);
    expect(sampled.error.method).toBe("langevin dynamics, 2 chains of 30");
    expect(sampled.acceptance).toBeGreaterThan(0.8);
    expect(sampled.energyFraction).toBeGreaterThan(0.3);
    expect(Math.abs(sampled.error.value / finiteWidth.error.value - 1)).toBeLessThan(0.6);
  });

  it.each(["784-8-1 erf", "784-8x2-1 erf"])("stops sampling %s at Ctrl-C", async (network) => {
    const words = "--sizes 10 --test 20 --classes 0,1 --temperature 0.2 --sample --samples 1000000";
    const { code, stdout } = await isinglass(["generalize", network, ...words.split(" ")], {
      interruptAt: "predicting",
      interruptAfterMs: 2500,
    });
    expect([code, stdout]).toEqual([130, ""]);
  });
});
