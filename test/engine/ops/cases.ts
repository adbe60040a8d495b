/** The operator cases of test/fixtures/engine-ops.json, as graphs with feeds. */
import { readFileSync } from "node:fs";
import {
  type Attribute,
  type DType,
  type Graph,
  GraphBuilder,
  isFloat,
  type Tensor,
  tensorOf,
  type Value,
} from "../../../src/engine/index.ts";

interface StoredTensor {
  readonly dtype: DType;
  readonly shape: number[];
  readonly data: number[];
}

export interface OperatorCase {
  readonly name: string;
  readonly op: string;
  readonly attributes: Record<string, { type: string; value: unknown }>;
  readonly inputs: ((StoredTensor & { readonly constant: boolean }) | null)[];
  readonly outputs: StoredTensor[];
  readonly gradient: boolean;
}

const path = new URL("../../fixtures/engine-ops.json", import.meta.url);
const stored = JSON.parse(readFileSync(path, "utf8")) as { source: string; cases: OperatorCase[] };

export const cases: readonly OperatorCase[] = stored.cases;

export const read = (t: StoredTensor): Tensor => tensorOf(t.dtype, t.shape, t.data);

function attributesOf(c: OperatorCase): Record<string, Attribute> {
  return Object.fromEntries(
    Object.entries(c.attributes).map(([name, { type, value }]) => [
      name,
      { type, value: type === "tensor" ? read(value as StoredTensor) : value } as Attribute,
    ]),
  );
}

/** A builder that holds the case's operator, in float64 or with every float declared float32. */
export function buildCase(
  c: OperatorCase,
  float: "float32" | "float64" = "float64",
): {
  b: GraphBuilder;
  inputs: Value[];
  outputs: Value[];
  feeds: Record<string, Tensor>;
} {
  const b = new GraphBuilder(c.name);
  const feeds: Record<string, Tensor> = {};
  const values = c.inputs.map((t, i) => {
    if (t === null) return null;
    const dtype = isFloat(t.dtype) ? float : t.dtype;
    const tensor = tensorOf(dtype, t.shape, t.data);
    if (t.constant) return isFloat(dtype) ? b.constant(tensor) : b.constant(tensor, `x${i}`);
    feeds[`x${i}`] = tensor;
    return b.input(`x${i}`, dtype, t.shape);
  });
  const outputs = b.op(c.op, values, attributesOf(c), { outputs: c.outputs.length });
  const inputs = values.filter((v): v is Value => v !== null && isFloat(v.dtype) && v.name in feeds);
  return { b, inputs, outputs, feeds };
}

/** The case as a graph with outputs y0, y1, ... */
export function graphOf(c: OperatorCase): { graph: Graph; feeds: Record<string, Tensor> } {
  const { b, outputs, feeds } = buildCase(c);
  for (const [i, y] of outputs.entries()) b.output(y, `y${i}`);
  return { graph: b.build(), feeds };
}
