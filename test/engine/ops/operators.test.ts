/** Every operator against values computed by onnx.reference and PyTorch in float64. */
import { describe, expect, it } from "vitest";
import { interpret, numbersOf, operators } from "../../../src/engine/index.ts";
import { cases, graphOf } from "./cases.ts";

/** Both sides compute in float64; a few steps differ in order. */
const TOLERANCE = 1e-12;

describe("operators give the values of independent implementations", () => {
  for (const c of cases)
    it(c.name, () => {
      const { graph, feeds } = graphOf(c);
      const names = c.outputs.map((_, i) => `y${i}`);
      const out = interpret(graph, feeds, names, { floats: "float64" });
      for (const [i, expected] of c.outputs.entries()) {
        const y = out[`y${i}`]!;
        expect(y.shape).toEqual(expected.shape);
        expect(y.dtype).toBe(expected.dtype);
        const received = numbersOf(y);
        expected.data.forEach((v, k) => {
          expect(Math.abs(received[k]! - v)).toBeLessThanOrEqual(TOLERANCE * (1 + Math.abs(v)));
        });
      }
    });
});

describe("the case table", () => {
  it("has a case for every operator", () => {
    // Scan has its own file; NaN and infinity have no JSON form.
    const elsewhere = new Set(["Scan", "IsNaN", "IsInf"]);
    const covered = new Set(cases.map((c) => c.op));
    const missing = operators().filter((o) => !covered.has(o.name) && !elsewhere.has(o.name));
    expect(missing.map((o) => o.name)).toEqual([]);
  });
});
