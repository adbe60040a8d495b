/** DepthToSpace and SpaceToDepth: blocks moved between channels and space by a permutation. */
import type { ValueInfo } from "../ir.ts";
import { intOf, stringOf } from "./attributes.ts";
import type { Attributes, Operator } from "./definition.ts";
import { dense } from "./dense.ts";
import { reshape, transpose } from "./emit.ts";
import { argument, required } from "./family.ts";
import { transposeDense } from "./layout.ts";

/** Reshape, permutation and reshape that move blocks between channels and space. */
interface Exchange {
  readonly from: readonly number[];
  readonly perm: readonly number[];
  readonly to: readonly number[];
}

function depthToSpacePlan(attributes: Attributes, shape: readonly number[]): Exchange | null {
  const s = intOf(attributes, "blocksize", 1);
  const [n, c, h, w] = shape as [number, number, number, number];
  if (shape.length !== 4 || c % (s * s) !== 0) return null;
  const k = c / (s * s);
  const to = [n, k, h * s, w * s];
  return stringOf(attributes, "mode", "DCR") === "CRD"
    ? { from: [n, k, s, s, h, w], perm: [0, 1, 4, 2, 5, 3], to }
    : { from: [n, s, s, k, h, w], perm: [0, 3, 4, 1, 5, 2], to };
}

function spaceToDepthPlan(attributes: Attributes, shape: readonly number[]): Exchange | null {
  const s = intOf(attributes, "blocksize", 1);
  const [n, c, h, w] = shape as [number, number, number, number];
  if (shape.length !== 4 || h % s !== 0 || w % s !== 0) return null;
  return {
    from: [n, c, h / s, s, w / s, s],
    perm: [0, 3, 5, 1, 2, 4],
    to: [n, c * s * s, h / s, w / s],
  };
}

function exchange(
  name: string,
  attributes: Operator["attributes"],
  planOfShape: (attributes: Attributes, shape: readonly number[]) => Exchange | null,
): Operator {
  return {
    name,
    domain: "",
    since: 1,
    attributes,
    arity: [1, 1],
    shape: (call) => {
      const x = required(call, 0);
      const plan = planOfShape(call.attributes, x.shape);
      return plan === null
        ? call.fail("x [n, c, h, w] divisible by the block")
        : [{ dtype: x.dtype, shape: plan.to }];
    },
    evaluate: (call) => {
      const x = argument(call, 0);
      const { from, perm, to } = planOfShape(call.attributes, x.shape) as Exchange;
      return [dense(x.dtype, to, transposeDense({ ...x, shape: from }, perm).data)];
    },
    vjp: ({ b, attributes: a, inputs, cotangents }) => {
      const x = inputs[0] as ValueInfo;
      const { from, perm } = planOfShape(a, x.shape) as Exchange;
      const g = reshape(
        b,
        cotangents[0] as ValueInfo,
        perm.map((p) => from[p] as number),
      );
      const back = perm.map((_, i) => perm.indexOf(i));
      return [reshape(b, transpose(b, g, back), x.shape)];
    },
    differentiable: "yes",
    note: "",
  };
}

/** Entries of this family. */
export const spaceDepth: readonly Operator[] = [
  exchange("DepthToSpace", { blocksize: "int", mode: "string" }, depthToSpacePlan),
  exchange("SpaceToDepth", { blocksize: "int" }, spaceToDepthPlan),
];
