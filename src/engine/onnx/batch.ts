/**
 * Another batch size than the file was made for. Exporters freeze the batch not only in the inputs but also in the
 * target of a Reshape (Flatten becomes Reshape to [2, 1568]). Such a target is scaled when the tensor that arrives has
 * exactly that many times more elements and begins with the batch axis: rows keep their order, so every example is
 * reshaped as before.
 */
import { UnsupportedOpError } from "../../base/index.ts";
import type { Value } from "../graph/index.ts";
import { sizeOf, type Tensor, tensorOf } from "../tensor.ts";
import type { BoundInput } from "./bind-inputs.ts";
import type { Draft } from "./upgrade.ts";

/** The batch of the file and the one asked for. */
export interface BatchChange {
  readonly from: number;
  readonly to: number;
}

/** The change that the inputs were bound with; null when there is none, or when inputs disagree. */
export function batchChange(inputs: readonly BoundInput[]): BatchChange | null {
  const changes = inputs.flatMap(({ declared: [from], shape: [to] }) =>
    typeof from === "number" && to !== undefined && from !== to ? [{ from, to }] : [],
  );
  const [first] = changes;
  const isOne = changes.every(({ from, to }) => from === first?.from && to === first.to);
  return first !== undefined && isOne ? first : null;
}

/** The node with its target scaled to the batch asked for; the same node when it does not contain the old one. */
export function rebatch(
  draft: Draft,
  change: BatchChange | null,
  known: (value: Value) => { readonly data: ArrayLike<number | bigint> } | null,
  constant: (role: string, tensor: Tensor) => Value,
): Draft {
  const [x, target] = draft.inputs;
  if (change === null || draft.op !== "Reshape" || !x || !target || known(x) !== null) return draft;
  const wish = known(target)?.data;
  if (wish === undefined) return draft;
  const scaled = scaledTarget(Array.from(wish, Number), x.shape, change);
  if (scaled === null) return draft;
  const shape = constant("batch", tensorOf("int64", [scaled.length], scaled));
  return { ...draft, inputs: [x, shape] };
}

function scaledTarget(
  wish: readonly number[],
  shape: readonly number[],
  { from, to }: BatchChange,
): number[] | null {
  const [first = 0, ...rest] = wish;
  if (first < from || first % from !== 0 || (from === 1 && first !== 1)) return null;
  if ((shape[0] ?? 0) % to !== 0 || rest.includes(0)) return null;
  const target = [(first / from) * to, ...rest];
  // with -1 the sizes cannot be compared: only a leading axis that is the batch itself is sure
  if (rest.includes(-1)) return first === from && shape[0] === to ? target : null;
  return sizeOf(target) === sizeOf(shape) ? target : null;
}

/** The error for a network that contains its old batch where it cannot be changed. */
export function fixedBatch(file: string, { from, to }: BatchChange, cause: string): UnsupportedOpError {
  return new UnsupportedOpError(`${file}: is made for batch ${from}, ${to} examples do not pass: ${cause}`, {
    hint: `use --examples ${from}, or export with a dynamic batch (dynamic_shapes in torch.onnx.export)`,
    data: { made: from, received: to },
  });
}
