/** The exported models in test/fixtures/models with PyTorch's outputs, and the inputs they belong to. */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { BindOptions } from "../../../src/engine/onnx/index.ts";
import type { Tensor } from "../../../src/engine/tensor.ts";

interface Expected {
  readonly style: string;
  readonly opset: number;
  readonly input: { readonly shape: number[]; readonly dtype: string };
  readonly output: { readonly shape: number[]; readonly values: number[] };
}

const folder = fileURLToPath(new URL("../../fixtures/models/", import.meta.url));

export const models: Record<string, Expected> = JSON.parse(
  readFileSync(`${folder}expected.json`, "utf8"),
).models;

export const pathOf = (name: string): string => `${folder}${name}.onnx`;

export const bytesOf = (name: string): Uint8Array => new Uint8Array(readFileSync(pathOf(name)));

/** The input that the generator used: whole-number formulas, the same in every language. */
export function inputOf(name: string): Tensor {
  const { shape, dtype } = (models[name] as Expected).input;
  const length = shape.reduce((product, size) => product * size, 1);
  return dtype === "int64"
    ? { dtype: "int64", shape, data: BigInt64Array.from({ length }, (_, i) => BigInt((31 * i + 7) % 50)) }
    : {
        dtype: "float32",
        shape,
        data: Float32Array.from({ length }, (_, i) => ((7919 * i + 13) % 1000) / 500 - 1),
      };
}

/** How the free sizes of a model are bound to those of the fixture. */
export function sizesOf(name: string): BindOptions {
  const { shape, dtype } = (models[name] as Expected).input;
  const [batch, sequence] = shape as [number, number];
  return dtype === "int64" ? { names: { batch, sequence } } : { batch };
}

/** Largest difference relative to the largest expected element. */
export function largestError(
  actual: ArrayLike<number | bigint>,
  expected: ArrayLike<number | bigint>,
): number {
  if (actual.length !== expected.length) return Number.POSITIVE_INFINITY;
  let error = 0;
  let scale = 0;
  for (let i = 0; i < expected.length; i++) {
    const difference = Math.abs(Number(actual[i]) - Number(expected[i]));
    if (!(difference <= error)) error = difference;
    scale = Math.max(scale, Math.abs(Number(expected[i])));
  }
  return error / scale;
}
