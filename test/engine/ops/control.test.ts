import { describe, expect, it } from "vitest";
import { ShapeError, SpecError } from "../../../src/base/index.ts";
import {
  add,
  GraphBuilder,
  interpret,
  mul,
  numbersOf,
  reduceSum,
  scan,
  sub,
  tensorOf,
} from "../../../src/engine/index.ts";

/** Gradient descent on sum((w - x_t)^2) / 2 with a rate from the enclosing graph. */
function descent() {
  const b = new GraphBuilder("outer");
  const w = b.input("w", "float64", [2]);
  const xs = b.input("xs", "float64", [3, 2]);
  const rate = b.input("rate", "float64", []);
  const body = new GraphBuilder("body", { outer: b });
  const wt = body.input("wt", "float64", [2]);
  const x = body.input("x", "float64", [2]);
  const error = sub(body, wt, x);
  body.output(sub(body, wt, mul(body, error, rate)), "wNext");
  body.output(reduceSum(body, mul(body, error, error)), "loss");
  return { b, w, xs, body: body.build() };
}

describe("Scan", () => {
  it("carries states, records values and reads the enclosing graph", () => {
    const { b, w, xs, body } = descent();
    const [last, losses] = scan(b, { body, states: [w], sequences: [xs] });
    expect(losses!.shape).toEqual([3]);
    b.output(last!, "last");
    b.output(losses!, "losses");
    const feeds = {
      w: tensorOf("float64", [2], [0, 0]),
      xs: tensorOf("float64", [3, 2], [1, 2, 1, 2, 1, 2]),
      rate: tensorOf("float64", [], [0.5]),
    };
    const out = interpret(b.build(), feeds);
    // w halves its distance to (1, 2) at every step
    expect([...numbersOf(out.last!)]).toEqual([0.875, 1.75]);
    expect([...numbersOf(out.losses!)]).toEqual([5, 1.25, 0.3125]);
  });

  it("stacks along other axes and in reverse", () => {
    const b = new GraphBuilder();
    const xs = b.input("xs", "float64", [2, 3]);
    const body = new GraphBuilder("body", { outer: b });
    const s = body.input("s", "float64", [2]);
    const x = body.input("x", "float64", [2]);
    const next = add(body, s, x);
    body.output(next, "next");
    body.output(next, "record");
    const zero = b.constant(tensorOf("float64", [2], [0, 0]));
    const [, record] = b.op(
      "Scan",
      [zero, xs],
      {
        body: body.build(),
        num_scan_inputs: 1,
        scan_input_axes: [1],
        scan_input_directions: [1],
        scan_output_axes: [1],
        scan_output_directions: [1],
      },
      { outputs: 2 },
    );
    b.output(record!, "y");
    const y = interpret(b.build(), { xs: tensorOf("float64", [2, 3], [1, 2, 3, 10, 20, 30]) }).y!;
    // sums from the right: the reversed cumulative sum
    expect([...numbersOf(y)]).toEqual([6, 5, 3, 60, 50, 30]);
  });

  it("refuses bodies that do not fit", () => {
    const { b, xs, body } = descent();
    const wide = b.input("wide", "float64", [3]);
    expect(() => scan(b, { body, states: [wide], sequences: [xs] })).toThrow(ShapeError);
    expect(() => scan(b, { body, states: [wide], sequences: [xs] })).toThrow(/Scan.*wt.*float64\[2\]/s);
    const alone = new GraphBuilder("alone");
    const v = alone.input("v", "float64", [2]);
    const seq = alone.input("seq", "float64", [3, 2]);
    expect(() => scan(alone, { body, states: [v], sequences: [seq] })).toThrow(SpecError);
  });
});
