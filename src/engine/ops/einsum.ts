/**
 * Einstein summation, "ij,jk->ik" and the like, with "..." for broadcast axes. The gradient of one operand is
 * another Einstein summation of the output gradient with the other operands.
 */
import { UnsupportedOpError } from "../../base/index.ts";
import type { ValueInfo } from "../ir.ts";
import { sizeOf } from "../tensor.ts";
import { stringOf } from "./attributes.ts";
import type { Attributes, Dense, EvaluateCall, Operator, OutputType, VjpCall } from "./definition.ts";
import { dense, stridedIndices } from "./dense.ts";
import { expand, one, reshape } from "./emit.ts";
import { argument, required } from "./family.ts";
import { stridesOf } from "./shapes.ts";

/** Labels of every operand and of the result; axes under "..." carry labels "0", "1", ... */
interface Equation {
  readonly operands: readonly (readonly string[])[];
  readonly result: readonly string[];
  readonly sizes: ReadonlyMap<string, number>;
}

/** Letters of one term, with "..." replaced by `ellipsis` numbered axes, the last one "0". */
function labelsOf(term: string, ellipsis: number): string[] {
  const numbered = Array.from({ length: ellipsis }, (_, i) => String(ellipsis - 1 - i));
  const at = term.indexOf("...");
  return at < 0 ? [...term] : [...term.slice(0, at), ...numbered, ...term.slice(at + 3)];
}

/** Reads an equation for operands of known shapes; null when it does not fit them. */
function parseEquation(text: string, shapes: readonly (readonly number[])[]): Equation | null {
  const [left, right] = text.replaceAll(" ", "").split("->") as [string, string | undefined];
  const terms = left.split(",");
  if (terms.length !== shapes.length) return null;
  const operands = terms.map((term, i) =>
    labelsOf(term, (shapes[i] as readonly number[]).length - term.replace("...", "").length),
  );
  const sizes = new Map<string, number>();
  for (const [i, labels] of operands.entries()) {
    const shape = shapes[i] as readonly number[];
    if (labels.length !== shape.length) return null;
    for (const [k, label] of labels.entries()) {
      const [have, n] = [sizes.get(label) ?? 1, shape[k] as number];
      if (have !== 1 && n !== 1 && have !== n) return null;
      sizes.set(label, Math.max(have, n));
    }
  }
  const widest = Math.max(0, ...operands.map((labels) => labels.filter(isNumbered).length));
  return { operands, sizes, result: right === undefined ? implicit(operands) : labelsOf(right, widest) };
}

const isNumbered = (label: string): boolean => label >= "0" && label <= "9";

/** Result without "->": broadcast axes, then every letter that occurs once, in alphabetical order. */
function implicit(operands: readonly (readonly string[])[]): string[] {
  const all = operands.flat();
  const numbered = [...new Set(all.filter(isNumbered))].sort().reverse();
  const single = all.filter((l) => !isNumbered(l) && all.filter((m) => m === l).length === 1);
  return [...numbered, ...single.sort()];
}

const textOf = (attributes: Attributes): string => stringOf(attributes, "equation", "");

function evaluateEinsum(call: EvaluateCall): Dense[] {
  const inputs = call.inputs.map((_, i) => argument(call, i));
  const equation = parseEquation(
    textOf(call.attributes),
    inputs.map((x) => x.shape),
  ) as Equation;
  const { operands, result, sizes } = equation;
  const summed = [...sizes.keys()].filter((label) => !result.includes(label));
  const order = [...result, ...summed];
  const shape = order.map((label) => sizes.get(label) as number);
  const indices = inputs.map((x, i) => {
    const strides = stridesOf(x.shape);
    const labels = operands[i] as readonly string[];
    // A label met twice in one operand walks its diagonal: the strides add up. Size-1 axes do not move.
    const along = order.map((label) =>
      labels.reduce((sum, l, k) => (l === label && x.shape[k] !== 1 ? sum + (strides[k] as number) : sum), 0),
    );
    return stridedIndices(shape, along);
  });
  const { dtype, shape: outShape } = call.outputs[0] as OutputType;
  const data = new Float64Array(sizeOf(outShape));
  const terms = sizeOf(shape.slice(result.length));
  for (let flat = 0; flat < data.length * terms; flat++) {
    let product = 1;
    for (let i = 0; i < inputs.length; i++)
      product *= (inputs[i] as Dense).data[(indices[i] as Int32Array)[flat] as number] as number;
    const at = Math.floor(flat / terms);
    data[at] = (data[at] as number) + product;
  }
  return [dense(dtype, outShape, data)];
}

/** Labels as letters again: numbered axes get letters that the equation does not use. */
function spelled(equation: Equation): (labels: readonly string[]) => string {
  const free = [..."ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"].filter(
    (letter) => !equation.sizes.has(letter),
  );
  const letters = new Map(
    [...equation.sizes.keys()].filter(isNumbered).map((l, i) => [l, free[i] as string]),
  );
  return (labels) => labels.map((l) => letters.get(l) ?? l).join("");
}

function einsumVjp({ b, node, attributes, inputs, cotangents, wanted }: VjpCall): (ValueInfo | null)[] {
  const values = inputs as readonly ValueInfo[];
  const equation = parseEquation(
    textOf(attributes),
    values.map((x) => x.shape),
  ) as Equation;
  const { operands, result, sizes } = equation;
  const word = spelled(equation);
  return values.map((x, i) => {
    if (!wanted[i]) return null;
    const labels = operands[i] as readonly string[];
    if (new Set(labels).size !== labels.length)
      throw new UnsupportedOpError(
        `gradient: node "${node.name}": Einsum with a doubled label in one operand has no derivative`,
        {
          hint: "take the diagonal with GatherND first",
        },
      );
    const others = values.filter((_, k) => k !== i);
    const present = new Set([...result, ...operands.filter((_, k) => k !== i).flat()]);
    // A label of this operand alone was summed away: its gradient is constant along it. Broadcast axes sum up.
    const reached = labels.filter(
      (label, k) => present.has(label) && (x.shape[k] !== 1 || sizes.get(label) === 1),
    );
    const left = [result, ...operands.filter((_, k) => k !== i)].map(word).join(",");
    const sum = one(b, "Einsum", [cotangents[0] as ValueInfo, ...others], {
      equation: `${left}->${word(reached)}`,
    });
    const aligned = labels.map((label, k) => (reached.includes(label) ? (x.shape[k] as number) : 1));
    return expand(b, reshape(b, sum, aligned), x.shape);
  });
}

/** Entries of this family. */
export const einsum: readonly Operator[] = [
  {
    name: "Einsum",
    domain: "",
    since: 12,
    attributes: { equation: "string" },
    arity: [1, Number.POSITIVE_INFINITY],
    shape: (call) => {
      const values = call.inputs.map((_, i) => required(call, i));
      const equation = parseEquation(
        textOf(call.attributes),
        values.map((x) => x.shape),
      );
      if (equation === null) return call.fail(`shapes that fit the equation "${textOf(call.attributes)}"`);
      const shape = equation.result.map((label) => equation.sizes.get(label) ?? 1);
      return [{ dtype: (values[0] as ValueInfo).dtype, shape }];
    },
    evaluate: evaluateEinsum,
    vjp: einsumVjp,
    differentiable: "yes",
    note: "derivative without doubled labels in one operand",
  },
];
