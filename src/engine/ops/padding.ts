/** Pad in its four modes. Reflect, edge and wrap are gathers along each padded axis; constant writes a value. */
import type { ValueInfo } from "../ir.ts";
import { tensorOf } from "../tensor.ts";
import { stringOf } from "./attributes.ts";
import type { Attributes, Dense, Emitter, Operator, VjpCall } from "./definition.ts";
import { build, listOf } from "./dense.ts";
import { pad, reduceSum, slice, sub } from "./emit.ts";
import { argument, required } from "./family.ts";
import { scatterAlong } from "./gather.ts";
import { knownInts } from "./layout.ts";
import { normalizeAxis, range, stridesOf } from "./shapes.ts";

/** Elements added before and after every axis; negative numbers remove. */
interface Pads {
  readonly before: readonly number[];
  readonly after: readonly number[];
}

function padsOf(list: readonly number[], axes: readonly number[] | null, rank: number): Pads | null {
  const at = (axes ?? range(rank)).map((a) => normalizeAxis(a, rank) ?? -1);
  if (list.length !== 2 * at.length || at.includes(-1)) return null;
  const [before, after] = [new Array<number>(rank).fill(0), new Array<number>(rank).fill(0)];
  for (const [i, axis] of at.entries()) {
    before[axis] = list[i] as number;
    after[axis] = list[at.length + i] as number;
  }
  return { before, after };
}

/** Index that position p (counted from the first kept element) reads in an axis of n; -1 in constant padding. */
function source(mode: string, p: number, n: number): number {
  if (p >= 0 && p < n) return p;
  if (mode === "edge") return p < 0 ? 0 : n - 1;
  if (mode === "wrap") return ((p % n) + n) % n;
  if (mode !== "reflect") return -1;
  if (n === 1) return 0;
  const period = 2 * (n - 1);
  const phase = ((p % period) + period) % period;
  return phase < n ? phase : period - phase;
}

const modeOf = (attributes: Attributes): string => stringOf(attributes, "mode", "constant");

function sourceIndices(mode: string, n: number, before: number, after: number): number[] {
  return range(n + before + after).map((i) => source(mode, i - before, n));
}

/** Adjoint of constant padding: what was inside is cut out, what was removed is put back as zeros. */
function cropped(b: Emitter, g: ValueInfo, { before, after }: Pads): ValueInfo {
  const ranges = g.shape.map((n, axis) => ({
    axis,
    start: Math.max(0, before[axis] as number),
    end: n - Math.max(0, after[axis] as number),
  }));
  const cut = ranges.filter((r, axis) => r.start !== 0 || r.end !== g.shape[axis]);
  const inside = cut.length === 0 ? g : slice(b, g, cut);
  const negative = (list: readonly number[]): number[] => list.map((n) => Math.max(0, -n));
  return pad(b, inside, negative(before), negative(after));
}

function padVjp({ b, attributes, inputs, cotangents, wanted }: VjpCall): (ValueInfo | null)[] {
  const x = inputs[0] as ValueInfo;
  const list = listOf(b.known(inputs[1] as ValueInfo) as Dense);
  const axes = inputs[3] ? listOf(b.known(inputs[3]) as Dense) : null;
  const pads = padsOf(list, axes, x.shape.length) as Pads;
  let g = cotangents[0] as ValueInfo;
  const mode = modeOf(attributes);
  if (mode === "constant") {
    const dx = cropped(b, g, pads);
    const dValue = inputs[2] && wanted[2] ? sub(b, reduceSum(b, g), reduceSum(b, dx)) : null;
    return [dx, null, dValue, null];
  }
  for (let axis = x.shape.length - 1; axis >= 0; axis--) {
    const n = x.shape[axis] as number;
    const [p, q] = [pads.before[axis] as number, pads.after[axis] as number];
    if (p === 0 && q === 0) continue;
    const indices = sourceIndices(mode, n, p, q);
    const known = b.constant(tensorOf("int64", [indices.length], indices));
    g = scatterAlong(b, g, known, axis, g.shape.with(axis, n));
  }
  return [g, null, null, null];
}

/** Entries of this family. */
export const padding: readonly Operator[] = [
  {
    name: "Pad",
    domain: "",
    since: 11,
    attributes: { mode: "string" },
    arity: [2, 4],
    shape: (call) => {
      const x = required(call, 0);
      const axes = call.inputs[3] ? knownInts(call, 3, "axes") : null;
      const pads = padsOf(knownInts(call, 1, "pads"), axes, x.shape.length);
      const shape = x.shape.map((n, i) => n + (pads?.before[i] ?? 0) + (pads?.after[i] ?? 0));
      if (pads === null || shape.some((n) => n < 0))
        return call.fail("two pads per axis that leave no negative size");
      return [{ dtype: x.dtype, shape }];
    },
    evaluate: (call) => {
      const [x, list] = [argument(call, 0), listOf(argument(call, 1))];
      const axes = call.inputs[3] ? listOf(call.inputs[3]) : null;
      const { before, after } = padsOf(list, axes, x.shape.length) as Pads;
      const shape = x.shape.map((n, i) => n + (before[i] as number) + (after[i] as number));
      const value = call.inputs[2]?.data[0] ?? 0;
      const maps = x.shape.map((n, i) =>
        sourceIndices(modeOf(call.attributes), n, before[i] as number, after[i] as number),
      );
      const [from, to] = [stridesOf(x.shape), stridesOf(shape)];
      return [
        build(x.dtype, shape, (flat) => {
          let at = 0;
          for (let k = 0; k < shape.length; k++) {
            const i = Math.floor(flat / (to[k] as number)) % (shape[k] as number);
            const s = (maps[k] as number[])[i] as number;
            if (s < 0) return value;
            at += s * (from[k] as number);
          }
          return x.data[at] as number;
        }),
      ];
    },
    vjp: padVjp,
    differentiable: "yes",
    note: "constant, reflect, edge and wrap; negative pads crop; pads must be known",
  },
];
