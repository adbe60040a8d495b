/** Results while a diagnosis goes on, and one door to specifications and files. */
import { describe, expect, it } from "vitest";
import { loadDataset } from "../../../src/data/index.ts";
import { parseNetwork } from "../../../src/networks/index.ts";
import { createStream } from "../../../src/numerics/index.ts";
import {
  type Diagnosis,
  diagnoseSpec,
  openModel,
  openSpecification,
  predictDiagnosisMemory,
} from "../../../src/signal/index.ts";

const spec = parseNetwork("20-40x4-10 tanh sw2=1.5 sb2=0.05");
const { train } = await loadDataset("noise:20", { train: 16, seed: 0 });

describe("a diagnosis in parts", () => {
  it("comes draw by draw, and changes no number of the whole", async () => {
    const parts: Diagnosis[] = [];
    const network = openSpecification(spec, { seed: 3 });
    const whole = await network.diagnose(train, { seeds: 3, onPartial: (part) => parts.push(part) });
    expect(parts.map(({ layers }) => layers[0]?.q.measured?.n)).toEqual([1, 2, 3]);
    expect(parts.every(({ jacobian }) => jacobian === null)).toBe(true);
    expect(parts.at(-1)?.layers).toEqual(whole.layers);
    expect(parts[0]?.assumptions.at(-2)).toContain("over 1 draws");
    expect(await network.diagnose(train, { seeds: 3 })).toEqual(whole);
  });

  it("of the first draws is the diagnosis with so many draws", async () => {
    const parts: Diagnosis[] = [];
    const network = openSpecification(spec, { seed: 3 });
    await network.diagnose(train, { seeds: 3, onPartial: (part) => parts.push(part) });
    const two = await network.diagnose(train, { seeds: 2 });
    expect(parts[1]).toEqual({ ...two, jacobian: null });
  });

  it("of a file comes before its Jacobian is measured", async () => {
    const file = "test/fixtures/models/mlp.onnx";
    const network = await openModel(file, { name: file, seed: 1 });
    const { train: images } = await loadDataset("noise:1x28x28", { train: 8, seed: 0 });
    const parts: Diagnosis[] = [];
    const whole = await network.diagnose(images, { onPartial: (part) => parts.push(part) });
    expect(parts).toEqual([{ ...whole, jacobian: null }]);
  });
});

describe("openSpecification", () => {
  it("gives the numbers of diagnoseSpec with the stream of the command line", async () => {
    const direct = await diagnoseSpec(spec, train, createStream(5).fork("diagnose"), { seeds: 2 });
    expect(await openSpecification(spec, { seed: 5 }).diagnose(train, { seeds: 2 })).toEqual(direct);
  });
});

describe("predictDiagnosisMemory", () => {
  it("is linear in examples and weights, and never counts less for the whole than for the runtime", () => {
    const at = (parameters: number, examples: number) =>
      predictDiagnosisMemory({ parameters, valuesPerExample: 1000, examples });
    expect(at(0, 20).runtime).toBe(2 * at(0, 10).runtime);
    expect(at(1e6, 0)).toEqual({ runtime: 12e6, total: 20e6 });
    expect(at(1e6, 10).total).toBeGreaterThan(at(1e6, 10).runtime);
  });
});
