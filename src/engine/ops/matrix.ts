/**
 * Matrix products. Gradients are emitted as Gemm with transposition flags where an operand is a matrix, because
 * that is the fastest product of ONNX Runtime and needs no Transpose node.
 */
import type { ValueInfo } from "../ir.ts";
import { sizeOf } from "../tensor.ts";
import { flagOf, floatOf } from "./attributes.ts";
import type { Dense, Emitter, Operator, OutputType, VjpCall } from "./definition.ts";
import { broadcastData, dense } from "./dense.ts";
import { gemm, matmul, mul, reshape, sumTo, swapLast } from "./emit.ts";
import { argument, required } from "./family.ts";
import { broadcastShapes } from "./shapes.ts";

/** Shapes with one-dimensional operands promoted to matrices, as NumPy's matmul does. */
function promoted(a: readonly number[], b: readonly number[]): [number[], number[]] {
  return [a.length === 1 ? [1, ...a] : [...a], b.length === 1 ? [...b, 1] : [...b]];
}

/** Output shape of MatMul, null when the operands do not fit. */
function matmulShape(a: readonly number[], b: readonly number[]): number[] | null {
  if (a.length === 0 || b.length === 0) return null;
  const [p, q] = promoted(a, b);
  if (p.at(-1) !== q.at(-2)) return null;
  const batch = broadcastShapes(p.slice(0, -2), q.slice(0, -2));
  if (batch === null) return null;
  const rows = a.length === 1 ? [] : [p.at(-2) as number];
  const columns = b.length === 1 ? [] : [q.at(-1) as number];
  return [...batch, ...rows, ...columns];
}

/** c[i, j] += sum over k of a[i, k] b[k, j] for row-major blocks that start at the given offsets. */
function multiplyBlock(
  a: Float64Array,
  b: Float64Array,
  c: Float64Array,
  [m, k, n]: readonly [number, number, number],
  [oa, ob, oc]: readonly [number, number, number],
): void {
  for (let i = 0; i < m; i++)
    for (let p = 0; p < k; p++) {
      const v = a[oa + i * k + p] as number;
      for (let j = 0; j < n; j++)
        c[oc + i * n + j] = (c[oc + i * n + j] as number) + v * (b[ob + p * n + j] as number);
    }
}

/** MatMul of oracle arrays. */
export function multiplyDense(a: Dense, b: Dense, output: OutputType): Dense {
  const [p, q] = promoted(a.shape, b.shape);
  const batch = broadcastShapes(p.slice(0, -2), q.slice(0, -2)) ?? [];
  const [m, k, n] = [p.at(-2) as number, p.at(-1) as number, q.at(-1) as number];
  const da = broadcastData({ ...a, shape: p }, [...batch, m, k]);
  const db = broadcastData({ ...b, shape: q }, [...batch, k, n]);
  const data = new Float64Array(sizeOf(output.shape));
  for (let s = 0; s < sizeOf(batch); s++)
    multiplyBlock(da, db, data, [m, k, n], [s * m * k, s * k * n, s * m * n]);
  return { dtype: output.dtype, shape: output.shape, data };
}

function transposed(x: Dense): Dense {
  const [rows, columns] = x.shape as [number, number];
  const data = x.data.map((_, i) => x.data[(i % rows) * columns + Math.floor(i / rows)] as number);
  return dense(x.dtype, [columns, rows], data);
}

function matmulVjp(b: Emitter, x: ValueInfo, w: ValueInfo, g: ValueInfo, wanted: readonly boolean[]) {
  const [p, q] = promoted(x.shape, w.shape);
  const batch = broadcastShapes(p.slice(0, -2), q.slice(0, -2)) ?? [];
  const [m, k, n] = [p.at(-2) as number, p.at(-1) as number, q.at(-1) as number];
  if (q.length === 2) {
    const rows = sizeOf(p) / k;
    const [x2, w2, g2] = [reshape(b, x, [rows, k]), reshape(b, w, q), reshape(b, g, [rows, n])];
    return [
      wanted[0] ? reshape(b, gemm(b, g2, w2, null, { transB: true }), x.shape) : null,
      wanted[1] ? reshape(b, gemm(b, x2, g2, null, { transA: true }), w.shape) : null,
    ];
  }
  const [x3, w3, g3] = [reshape(b, x, p), reshape(b, w, q), reshape(b, g, [...batch, m, n])];
  return [
    wanted[0] ? reshape(b, sumTo(b, matmul(b, g3, swapLast(b, w3)), p), x.shape) : null,
    wanted[1] ? reshape(b, sumTo(b, matmul(b, swapLast(b, x3), g3), q), w.shape) : null,
  ];
}

/** Sizes m, k, n of Gemm with its flags, null when the operands do not fit. */
function gemmSizes(
  a: readonly number[],
  b: readonly number[],
  transA: boolean,
  transB: boolean,
): [number, number, number] | null {
  if (a.length !== 2 || b.length !== 2) return null;
  const [a0, a1, b0, b1] = [...a, ...b] as [number, number, number, number];
  const [m, k] = transA ? [a1, a0] : [a0, a1];
  const [kb, n] = transB ? [b1, b0] : [b0, b1];
  return k === kb ? [m, k, n] : null;
}

function gemmVjp({ b, attributes, inputs, cotangents, wanted }: VjpCall): (ValueInfo | null)[] {
  const [x, w, c] = inputs as [ValueInfo, ValueInfo, ValueInfo | null | undefined];
  const g = cotangents[0] as ValueInfo;
  const [ta, tb] = [flagOf(attributes, "transA"), flagOf(attributes, "transB")];
  const alpha = floatOf(attributes, "alpha", 1);
  const beta = floatOf(attributes, "beta", 1);
  const forX = (): ValueInfo =>
    ta
      ? gemm(b, w, g, null, { transA: tb, transB: true, alpha })
      : gemm(b, g, w, null, { transB: !tb, alpha });
  const forW = (): ValueInfo =>
    tb
      ? gemm(b, g, x, null, { transA: true, transB: ta, alpha })
      : gemm(b, x, g, null, { transA: !ta, alpha });
  return [
    wanted[0] ? forX() : null,
    wanted[1] ? forW() : null,
    c && wanted[2] ? mul(b, sumTo(b, g, c.shape), beta) : null,
  ];
}

/** Entries of this family. */
export const matrix: readonly Operator[] = [
  {
    name: "MatMul",
    domain: "",
    since: 1,
    attributes: {},
    arity: [2, 2],
    shape: (call) => {
      const [x, w] = [required(call, 0), required(call, 1)];
      if (x.dtype !== w.dtype) return call.fail("operands of one type");
      const shape = matmulShape(x.shape, w.shape);
      return shape === null
        ? call.fail("[..., m, k] x [..., k, n] with leading axes that broadcast")
        : [{ dtype: x.dtype, shape }];
    },
    evaluate: (call) => [multiplyDense(argument(call, 0), argument(call, 1), call.outputs[0] as OutputType)],
    vjp: ({ b, inputs, cotangents, wanted }) =>
      matmulVjp(b, inputs[0] as ValueInfo, inputs[1] as ValueInfo, cotangents[0] as ValueInfo, wanted),
    differentiable: "yes",
    note: "",
  },
  {
    name: "Gemm",
    domain: "",
    since: 7,
    attributes: { transA: "int", transB: "int", alpha: "float", beta: "float" },
    arity: [2, 3],
    shape: (call) => {
      const [x, w] = [required(call, 0), required(call, 1)];
      const sizes = gemmSizes(
        x.shape,
        w.shape,
        flagOf(call.attributes, "transA"),
        flagOf(call.attributes, "transB"),
      );
      if (sizes === null || x.dtype !== w.dtype) return call.fail("matrices [m, k] x [k, n] of one type");
      const shape = [sizes[0], sizes[2]];
      const c = call.inputs[2];
      if (c && broadcastShapes(c.shape, shape)?.join() !== shape.join())
        return call.fail(`C that broadcasts to [${shape}]`);
      return [{ dtype: x.dtype, shape }];
    },
    evaluate: (call) => {
      const [x, w, c] = [argument(call, 0), argument(call, 1), call.inputs[2]];
      const output = call.outputs[0] as OutputType;
      const alpha = floatOf(call.attributes, "alpha", 1);
      const beta = floatOf(call.attributes, "beta", 1);
      const product = multiplyDense(
        flagOf(call.attributes, "transA") ? transposed(x) : x,
        flagOf(call.attributes, "transB") ? transposed(w) : w,
        output,
      );
      const bias = c ? broadcastData(c, output.shape) : null;
      const data = product.data.map((v, i) => alpha * v + (bias ? beta * (bias[i] as number) : 0));
      return [dense(output.dtype, output.shape, data)];
    },
    vjp: gemmVjp,
    differentiable: "yes",
    note: "gradients are Gemm with transposition flags",
  },
];
