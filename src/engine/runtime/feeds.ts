/** Checks what is fed against what the graph declares, before it reaches ONNX Runtime. */
import { ShapeError, SpecError } from "../../base/index.ts";
import type { Tensor } from "../tensor.ts";
import type { DeclaredValue, Tensors } from "./messages.ts";

/** Throws SpecError for an unknown name, ShapeError for a wrong type, shape or length. */
export function requireFeeds(where: string, inputs: readonly DeclaredValue[], feeds: Tensors): void {
  for (const [name, tensor] of Object.entries(feeds)) {
    const input = inputs.find((candidate) => candidate.name === name);
    if (input === undefined) {
      throw new SpecError(
        `${where}: no input ${name}, expected ${inputs.map((i) => i.name).join(", ") || "none"}`,
      );
    }
    requireFit(where, input, tensor);
  }
}

function requireFit(where: string, input: DeclaredValue, { dtype, shape, data }: Tensor): void {
  const received = `${dtype} [${shape.join(", ")}]`;
  const isSameShape =
    shape.length === input.shape.length &&
    input.shape.every((size, axis) => typeof size === "string" || size === shape[axis]);
  if (dtype !== input.dtype || !isSameShape) {
    throw new ShapeError(
      `${where}: input ${input.name} received ${received}, expected ${input.dtype} [${input.shape.join(", ")}]`,
    );
  }
  const length = shape.reduce((product, size) => product * size, 1);
  if (data.length !== length) {
    throw new ShapeError(`${where}: input ${input.name} is ${received} but holds ${data.length} elements`, {
      hint: `its data must have ${length} elements`,
    });
  }
}
