/** Checks what is fed against what the graph declares, before it reaches ONNX Runtime. */
import { ShapeError, SpecError } from "../../base/index.ts";
import { sizeOf, type Tensor } from "../tensor.ts";
import type { DeclaredValue, Tensors } from "./messages.ts";

/** Throws SpecError for an unknown name, ShapeError for a wrong type, shape or length. */
export function requireFeeds(where: string, inputs: readonly DeclaredValue[], feeds: Tensors): void {
  for (const [name, tensor] of Object.entries(feeds)) {
    requireFit(where, inputs, name, tensor);
    const length = sizeOf(tensor.shape);
    if (tensor.data.length === length) continue;
    const received = `${tensor.dtype} [${tensor.shape.join(", ")}]`;
    throw new ShapeError(`${where}: input ${name} is ${received} but holds ${tensor.data.length} elements`, {
      hint: `its data must have ${length} elements`,
    });
  }
}

/** Throws SpecError for an unknown name, ShapeError for a wrong type or shape. */
export function requireFit(
  where: string,
  inputs: readonly DeclaredValue[],
  name: string,
  { dtype, shape }: Pick<Tensor, "dtype" | "shape">,
): void {
  const input = inputs.find((candidate) => candidate.name === name);
  if (input === undefined) {
    throw new SpecError(
      `${where}: no input ${name}, expected ${inputs.map((i) => i.name).join(", ") || "none"}`,
    );
  }
  const isSameShape =
    shape.length === input.shape.length &&
    input.shape.every((size, axis) => typeof size === "string" || size === shape[axis]);
  if (dtype === input.dtype && isSameShape) return;
  throw new ShapeError(
    `${where}: input ${name} received ${dtype} [${shape.join(", ")}], expected ${input.dtype} [${input.shape.join(", ")}]`,
  );
}
