import { describe, expect, it } from "vitest";
import { ShapeError, SpecError } from "../../../src/base/index.ts";
import { exp, GraphBuilder, interpret, mul, one, tensorOf } from "../../../src/engine/index.ts";

function doubling() {
  const b = new GraphBuilder("doubling");
  const x = b.input("x", "float32", [3]);
  const e = exp(b, x);
  b.output(mul(b, e, 2), "y");
  return { graph: b.build(), hidden: e.name };
}

describe("interpret", () => {
  it("computes in float64 and rounds to the declared type at the end", () => {
    const { graph } = doubling();
    const x = tensorOf("float64", [3], [0, 1, 0.1]);
    const rounded = interpret(graph, { x }).y!;
    expect(rounded.dtype).toBe("float32");
    expect(rounded.data[1]).toBe(Math.fround(2 * Math.E));
    const exact = interpret(graph, { x }, ["y"], { floats: "float64" }).y!;
    expect(exact.data[1]).toBe(2 * Math.E);
    expect(exact.data[2]).toBe(2 * Math.exp(0.1));
  });

  it("gives any value by name and evaluates only what it needs", () => {
    const { graph, hidden } = doubling();
    const out = interpret(graph, { x: tensorOf("float32", [3], [0, 0, 0]) }, [hidden]);
    expect([...out[hidden]!.data]).toEqual([1, 1, 1]);
  });

  it("refuses missing inputs, wrong shapes and unknown outputs", () => {
    const { graph } = doubling();
    expect(() => interpret(graph, {})).toThrow(SpecError);
    expect(() => interpret(graph, { x: tensorOf("float32", [2], [0, 0]) })).toThrow(ShapeError);
    expect(() => interpret(graph, { x: tensorOf("int64", [3], [0, 0, 0]) })).toThrow(
      /int64\[3\].*float32\[3\]/,
    );
    expect(() => interpret(graph, { x: tensorOf("float32", [3], [0, 0, 0]) }, ["z"])).toThrow(/no value "z"/);
  });

  it("tells NaN and infinity", () => {
    const b = new GraphBuilder();
    const x = b.input("x", "float64", [4]);
    b.output(one(b, "IsNaN", [x]), "nan");
    b.output(one(b, "IsInf", [x]), "inf");
    b.output(one(b, "IsInf", [x], { detect_negative: 0 }), "plus");
    const values = tensorOf(
      "float64",
      [4],
      [1, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY],
    );
    const out = interpret(b.build(), { x: values });
    expect([...out.nan!.data]).toEqual([0, 1, 0, 0]);
    expect([...out.inf!.data]).toEqual([0, 0, 1, 1]);
    expect([...out.plus!.data]).toEqual([0, 0, 1, 0]);
  });
});
