/** `isinglass classify` end to end: documented fields, files, exit codes. */
import { mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { buildProgram, isinglass } from "./program.ts";

beforeAll(buildProgram, 120_000);
const folder = mkdtempSync(join(tmpdir(), "isinglass-classify-"));
const classify = (words: string) => isinglass(["classify", ...words.split(" ")]);

describe("classify", () => {
  it("scores two classes at infinite and finite width, and draws the reliability diagram", async () => {
    const path = join(folder, "reliability.csv");
    const { code, stdout } = await classify(
      `784-10-1 --classes 0,1 --train 30 --test 200 --method laplace --amplitude 20 --output ${path} --json`,
    );
    const { result, assumptions } = JSON.parse(stdout);
    expect(code).toBe(0);
    expect(result.accuracy.value).toBeGreaterThan(0.95);
    expect(result.logLoss.stderr).toBeGreaterThan(0);
    expect(result.calibrationError.stderr).toBeGreaterThan(0);
    expect(result.predictions.map(({ name }: { name: string }) => name)).toEqual([
      "infinite width",
      "width 10",
    ]);
    const right = result.reliability.reduce(
      (sum: number, { observed }: { observed: { value: number; n: number } }) =>
        sum + observed.value * observed.n,
      0,
    );
    expect(right).toBeCloseTo(200 * result.accuracy.value, 6);
    expect(result.mistakes).toBe(200 - Math.round(right));
    expect(assumptions[1]).toMatch(/scale q of the kernel/);
    expect(readFileSync(path, "utf8")).toContain("width 10,points");
  });

  it("takes several classes at infinite width, and two of many by --target", async () => {
    const many = await classify("784-10-3 --classes 0,1,2 --train 30 --test 60 --json");
    const { result } = JSON.parse(many.stdout);
    expect([many.code, result.method, result.predictions.length]).toEqual([0, "softmax", 1]);
    const two = await classify("784-10-1 --target parity --train 30 --test 60 --method laplace");
    expect([two.code, two.stdout]).toEqual([0, expect.stringContaining("even against odd")]);
    expect(two.stdout).toContain("mistakes, the most confident ones");
  });

  it("regresses on the labels of several classes, with sampled networks beside the theory", async () => {
    const { code, stdout } = await classify(
      "784-8-3 --classes 0,1,2 --train 15 --test 60 --method regression --temperature 0.3 --sample --samples 20 --burn-in 30 --json",
    );
    const { result } = JSON.parse(stdout);
    expect([code, result.method, result.temperature, result.logEvidence]).toEqual([
      0,
      "regression",
      0.3,
      null,
    ]);
    expect(result.predictions.map(({ name }: { name: string }) => name)).toEqual([
      "infinite width",
      "width 8",
      "sampled, width 8",
    ]);
    expect(result.predictions[2].effectiveSamples).toBeGreaterThan(4);
    expect(result.accuracy.value).toBeGreaterThan(0.6);
  });

  it.each([
    ["784-10-1 --classes 0,1 --sample", "without --method regression"],
    ["784-10-1 --classes 0,1 --method regression --amplitude 2", "covers the likelihoods"],
    ["784-10-3 --classes 0,1", "3 outputs and the data 2 classes"],
    ["784-10-10 --method laplace", "covers two classes, received 10"],
    ["784-10-1 --classes 0,1 --method svm", "expectation-propagation, laplace, softmax"],
    ["784-10-1 --classes 0,1 --amplitude none", "--amplitude"],
    ["100-10-1 --classes 0,1", "784 features"],
    ["784-10-1 --target 12", "parity or a class"],
    ["model.onnx", "expected a specification"],
  ])("refuses %s", async (words, message) => {
    const { code, stdout, stderr } = await classify(`${words} --train 20 --test 20`);
    expect([code, stdout, stderr]).toEqual([2, "", expect.stringContaining(message)]);
  });
});
