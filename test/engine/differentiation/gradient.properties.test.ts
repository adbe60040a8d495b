/** Identities that hold for every network and every point: linearity, symmetry, agreement of both modes. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  add,
  type Emitter,
  GraphBuilder,
  gemm,
  gradient,
  interpret,
  jacobianVector,
  logSoftmax,
  mul,
  numbersOf,
  reduceMean,
  reduceSum,
  sub,
  type Tensor,
  tanh,
  tensorOf,
  type Value,
  vectorJacobian,
} from "../../../src/engine/index.ts";

const WIDTHS = [3, 4, 2] as const;
const BATCH = 5;
const number = fc.double({ min: -1.5, max: 1.5, noNaN: true });
const numbers = (n: number): fc.Arbitrary<number[]> => fc.array(number, { minLength: n, maxLength: n });
const tensor = (shape: readonly number[]): fc.Arbitrary<Tensor> =>
  numbers(shape.reduce((p, q) => p * q, 1)).map((values) => tensorOf("float64", shape, values));

const SHAPES = { x: [BATCH, 3], w0: [3, 4], c0: [4], w1: [4, 2], c1: [2] } as const;
const feeds = fc.record({
  x: tensor(SHAPES.x),
  w0: tensor(SHAPES.w0),
  c0: tensor(SHAPES.c0),
  w1: tensor(SHAPES.w1),
  c1: tensor(SHAPES.c1),
});

/** A tanh network with one hidden layer of four. */
function network() {
  const b = new GraphBuilder("mlp");
  const v = Object.fromEntries(
    Object.entries(SHAPES).map(([name, shape]) => [name, b.input(name, "float64", shape)]),
  ) as Record<keyof typeof SHAPES, Value>;
  const hidden = tanh(b, gemm(b, v.x, v.w0, v.c0));
  const logits = gemm(b, hidden, v.w1, v.c1);
  return { b, v, logits, parameters: [v.w0, v.c0, v.w1, v.c1] };
}

const crossEntropy = (b: Emitter, logits: Value): Value => {
  const target = tensorOf("float64", [BATCH, WIDTHS[2]], [1, 0, 0, 1, 1, 0, 0, 1, 1, 0]);
  const picked = mul(b, logSoftmax(b, logits), b.constant(target));
  return mul(b, reduceSum(b, picked), -1 / BATCH);
};

const dot = (b: Emitter, p: readonly Value[], q: readonly Value[]): Value =>
  p.map((x, i) => reduceSum(b, mul(b, x, q[i]!))).reduce((s, t) => add(b, s, t));

const directions = fc.tuple(tensor(SHAPES.w0), tensor(SHAPES.c0), tensor(SHAPES.w1), tensor(SHAPES.c1));

describe("vectorJacobian", () => {
  it("is linear in the cotangent", () => {
    const cotangent = tensor([BATCH, 2]);
    fc.assert(
      fc.property(feeds, cotangent, cotangent, number, (at, u, v, s) => {
        const { b, logits, parameters } = network();
        const [p, q] = [b.constant(u), b.constant(v)];
        const combined = vectorJacobian(b, [logits], parameters, [add(b, mul(b, p, s), q)]);
        const separate = vectorJacobian(b, [logits], parameters, [p]).map((g, i) =>
          add(b, mul(b, g, s), vectorJacobian(b, [logits], parameters, [q])[i]!),
        );
        combined.map((g, i) => b.output(sub(b, g, separate[i]!), `d${i}`));
        for (const d of Object.values(interpret(b.build(), at)))
          for (const e of numbersOf(d)) expect(Math.abs(e)).toBeLessThan(1e-12);
      }),
      { numRuns: 25 },
    );
  });

  it("is the adjoint of jacobianVector: <u, J v> = <J^T u, v>", () => {
    fc.assert(
      fc.property(feeds, tensor([BATCH, 2]), directions, (at, u, vs) => {
        const { b, logits, parameters } = network();
        const direction = vs.map((t) => b.constant(t));
        const cotangent = b.constant(u);
        const forward = dot(b, jacobianVector(b, [logits], parameters, direction), [cotangent]);
        const reverse = dot(b, vectorJacobian(b, [logits], parameters, [cotangent]), direction);
        b.output(sub(b, forward, reverse), "difference");
        expect(Math.abs(Number(interpret(b.build(), at).difference!.data[0]))).toBeLessThan(1e-11);
      }),
      { numRuns: 25 },
    );
  });
});

describe("second derivatives", () => {
  it("of a tanh network's loss are symmetric: <u, H v> = <v, H u>", () => {
    fc.assert(
      fc.property(feeds, directions, directions, (at, us, vs) => {
        const { b, logits, parameters } = network();
        const [u, v] = [us.map((t) => b.constant(t)), vs.map((t) => b.constant(t))];
        const first = gradient(b, crossEntropy(b, logits), parameters);
        const uHv = dot(b, gradient(b, dot(b, first, v), parameters), u);
        const vHu = dot(b, gradient(b, dot(b, first, u), parameters), v);
        b.output(sub(b, uHv, vHu), "difference");
        b.output(uHv, "scale");
        const out = interpret(b.build(), at);
        const scale = 1 + Math.abs(Number(out.scale!.data[0]));
        expect(Math.abs(Number(out.difference!.data[0])) / scale).toBeLessThan(1e-12);
      }),
      { numRuns: 25 },
    );
  });

  it("of a quadratic loss in the last layer are its known Hessian: 2/(B n) sum over examples of h h^T", () => {
    fc.assert(
      fc.property(feeds, tensor(SHAPES.w1), (at, direction) => {
        const { b, v, logits } = network();
        const loss = reduceMean(b, mul(b, logits, logits));
        const first = gradient(b, loss, [v.w1])[0]!;
        const product = gradient(b, reduceSum(b, mul(b, first, b.constant(direction))), [v.w1])[0]!;
        b.output(product, "product");
        // H V = 2/(B n) h^T h V, from h read off the graph
        const hidden = tanh(b, gemm(b, v.x, v.w0, v.c0));
        const gram = gemm(b, hidden, hidden, null, { transA: true });
        const known = mul(b, gemm(b, gram, b.constant(direction)), 2 / (BATCH * WIDTHS[2]));
        b.output(sub(b, product, known), "difference");
        for (const e of numbersOf(interpret(b.build(), at).difference!))
          expect(Math.abs(e)).toBeLessThan(1e-12);
      }),
      { numRuns: 25 },
    );
  });
});
