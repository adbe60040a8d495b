/** Dropout: theory (Schoenholz et al. 2017, section 5) beside networks measured with masks that differ between inputs. */
import { describe, expect, it } from "vitest";
import { fromOnnx } from "../../../src/engine/index.ts";
import { formatNetwork, parseNetwork } from "../../../src/networks/index.ts";
import { createStream } from "../../../src/numerics/index.ts";
import { type Diagnosis, diagnoseModel, diagnoseSpec, solveMeanField } from "../../../src/signal/index.ts";

const noise = (count: number, shape: readonly number[]) => {
  const inputs = new Float32Array(count * shape.reduce((a, b) => a * b, 1));
  createStream(5).fillNormal(inputs);
  return { inputs, count, shape, name: "noise", provenance: [] };
};
const diagnose = (text: string): Promise<Diagnosis> => {
  const spec = parseNetwork(text);
  return diagnoseSpec(spec, noise(48, spec.input), createStream(1), { seeds: 3 });
};

describe("a specification with dropout", () => {
  it("reads and writes the keep rate", () => {
    const spec = parseNetwork("20-30x3-5 tanh sw2=1.76 keep=0.9");
    expect(spec.keepRate).toBe(0.9);
    expect(parseNetwork(formatNetwork(spec))).toEqual(spec);
    expect(parseNetwork(JSON.stringify(spec))).toEqual(spec);
    expect(() => parseNetwork("20-30-5 tanh keep=0")).toThrow(/above 0 and up to 1/);
    expect(() => parseNetwork("20-30-5 tanh dropout=0.1")).toThrow(
      expect.objectContaining({ hint: expect.stringContaining("keep=") }),
    );
  });

  it.each(["50-200x8-10 tanh sw2=1.76 sb2=0.05 keep=0.9", "50-200-y200x3-10 tanh sw2=1 keep=0.8"])(
    "is described by theory: %s",
    async (text) => {
      const { layers, agreement } = await diagnose(text);
      for (const { q, gradient } of layers.slice(0, -1)) {
        expect(Math.abs((q.measured?.value as number) / (q.theory as number) - 1)).toBeLessThan(0.1);
        expect(Math.abs((gradient.measured?.value as number) / (gradient.theory as number) - 1)).toBeLessThan(
          0.15,
        );
      }
      expect(agreement?.holds).toBe(true);
    },
  );

  it("drops units of branches and of the stem of a residual network", async () => {
    const { layers } = await diagnose("50-200-b200x3-10 relu init=he keep=0.8");
    for (const { q, c } of layers.slice(0, -1)) {
      expect(Math.abs((q.measured?.value as number) / (q.theory as number) - 1)).toBeLessThan(0.12);
      expect(Math.abs((c.measured?.value as number) - (c.theory as number))).toBeLessThan(0.05);
    }
  });

  it("has no critical line, and a bounded depth", async () => {
    const { critical, whyNotCritical, verdict, theory } = await diagnose(
      "50-200x20-10 tanh sw2=1.76 sb2=0.05 keep=0.9",
    );
    const field = solveMeanField({ ...tanh }, { sigmaW2: 1.76, sigmaB2: 0.05 }, { keepRate: 0.9 });
    expect(critical).toBeNull();
    expect(whyNotCritical).toContain("no variance is critical");
    expect(theory?.maxDepth.value).toBeCloseTo(field.maxDepth.value, 6);
    expect(verdict.depthBound).toMatchObject({ by: "signals" });
    expect(verdict.reason).toContain("With dropout (keep 0.9)");
  });
});

const tanh = {
  name: "tanh",
  f: Math.tanh,
  derivative: (x: number) => 1 - Math.tanh(x) ** 2,
  kinks: [],
  odd: true,
  degree: null,
};

describe("a file with Dropout nodes", () => {
  it("says that they pass signals on", async () => {
    const model = await fromOnnx("test/fixtures/models/normalised-mlp-evaluation.onnx", { batch: 16 });
    const report = [{ op: "Dropout", status: "removed" as const }];
    const data = noise(16, [20]);
    const { notCovered } = await diagnoseModel({ name: "m", ...model, report }, data, createStream(1));
    expect(notCovered.join()).toContain("1 Dropout node passes signals on, as outside training");
    const { notes } = await fromOnnx("test/fixtures/models/opset-11.onnx");
    expect(notes.join()).toContain("1 Dropout node passes its input on");
  });
});
