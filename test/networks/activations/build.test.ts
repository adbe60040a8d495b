import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { GraphBuilder, gradient, interpret, numbersOf, tensorOf } from "../../../src/engine/index.ts";
import { resolveActivation } from "../../../src/networks/activations/index.ts";

const reference = JSON.parse(
  readFileSync(new URL("../../fixtures/networks-activations.json", import.meta.url), "utf8"),
) as { x: number[]; functions: Record<string, { f: number[]; derivative: number[] }> };

describe("Activation.build", () => {
  it.each(Object.entries(reference.functions))(
    "writes %s and its gradient as operators",
    (text, expected) => {
      const b = new GraphBuilder();
      const x = b.input("x", "float64", [reference.x.length]);
      const y = resolveActivation(text).build(b, x);
      const [dx] = gradient(b, y, [x], b.constant(tensorOf("float64", [8], new Array(8).fill(1))));
      b.output(y, "y");
      b.output(dx!, "dx");
      const result = interpret(b.build(), { x: tensorOf("float64", [8], reference.x) });
      // float attributes (the slopes of leaky ReLU, ELU, SELU) are float32 in ONNX: 6e-8; all else is float64
      const tolerance = /leaky|elu/.test(text) ? 1e-7 : 1e-12;
      expected.f.forEach((value, i) => {
        expect(Math.abs(numbersOf(result.y!)[i]! - value)).toBeLessThan(
          tolerance * Math.max(1, Math.abs(value)),
        );
        const slope = expected.derivative[i]!;
        expect(Math.abs(numbersOf(result.dx!)[i]! - slope)).toBeLessThan(
          tolerance * Math.max(1, Math.abs(slope)),
        );
      });
    },
  );
});
