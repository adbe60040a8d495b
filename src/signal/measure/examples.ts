/** Checks that examples fit a network's input and hands them over as a tensor. */
import { FormatError, ShapeError, SpecError } from "../../base/index.ts";
import type { Tensor } from "../../engine/index.ts";
import type { Examples } from "./types.ts";

function sizeOfShape(shape: readonly number[]): number {
  return shape.reduce((product, n) => product * n, 1);
}

/** Throws unless there are at least two finite, different examples of the network's input size. */
export function checkExamples(examples: Examples, inputShape: readonly number[]): void {
  const { inputs, count, shape } = examples;
  const [size, wanted] = [sizeOfShape(shape), sizeOfShape(inputShape)];
  if (size !== wanted) {
    throw new ShapeError(
      `data: received examples of shape [${shape}] (${size} values), expected the network's input [${inputShape}] (${wanted} values).`,
      {
        hint: `Use a network that begins with ${[...new Set([size, shape.join("x")].map(String))].join(" or ")}, or other data.`,
      },
    );
  }
  if (count < 2) {
    throw new SpecError(`data: received ${count} examples, expected at least 2 to compare.`, {
      hint: "Give more examples; 256 are enough for errors of a few per cent.",
    });
  }
  const bad = inputs.findIndex((x) => !Number.isFinite(x));
  if (bad >= 0) {
    throw new FormatError(
      `data: value ${inputs[bad]} in example ${Math.floor(bad / size)}, expected finite numbers.`,
      {
        hint: "Remove or replace NaN and infinite values.",
        data: { example: Math.floor(bad / size), position: bad % size },
      },
    );
  }
  const first = inputs[0] as number;
  if (inputs.every((x) => x === first)) {
    throw new FormatError(`data: all values are ${first}, expected examples that differ.`, {
      hint: "Check the data file; a network cannot be diagnosed with constant data.",
    });
  }
}

/** All examples as one tensor [count, ...inputShape]. */
export function inputTensor(
  examples: Examples,
  inputShape: readonly number[],
  dtype: "float32" | "float64",
): Tensor {
  const shape = [examples.count, ...inputShape];
  const size = sizeOfShape(shape);
  const values = examples.inputs.subarray(0, size);
  return dtype === "float32"
    ? { dtype, shape, data: values }
    : { dtype, shape, data: Float64Array.from(values) };
}
