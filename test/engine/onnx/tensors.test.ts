import { describe, expect, it } from "vitest";
import { FormatError, UnsupportedOpError } from "../../../src/base/index.ts";
import { emptyMessage } from "../../../src/engine/onnx/codec.ts";
import { type TensorProto, tensorSchema } from "../../../src/engine/onnx/schema.ts";
import { externalRange, tensorOfProto } from "../../../src/engine/onnx/tensors.ts";
import { tensorProto } from "../../../src/engine/onnx/write.ts";
import type { DType, Tensor } from "../../../src/engine/tensor.ts";

const proto = (fields: Partial<TensorProto>): TensorProto => ({
  ...(emptyMessage(tensorSchema) as unknown as TensorProto),
  name: "w",
  ...fields,
});
const read = (fields: Partial<TensorProto>): Tensor => tensorOfProto("m.onnx", proto(fields));

describe("payloads", () => {
  it("of every type come back from raw bytes", () => {
    const tensors: Tensor[] = [
      { dtype: "float32", shape: [2], data: Float32Array.of(1.5, -0) },
      { dtype: "float64", shape: [1], data: Float64Array.of(Math.PI) },
      { dtype: "int8", shape: [2], data: Int8Array.of(-128, 127) },
      { dtype: "uint8", shape: [2], data: Uint8Array.of(0, 255) },
      { dtype: "int32", shape: [], data: Int32Array.of(-(2 ** 31)) },
      { dtype: "int64", shape: [2], data: BigInt64Array.of(2n ** 63n - 1n, -1n) },
      { dtype: "bool", shape: [3], data: Uint8Array.of(1, 0, 1) },
      { dtype: "float32", shape: [0, 4], data: new Float32Array(0) },
    ];
    for (const tensor of tensors) expect(tensorOfProto("m", tensorProto("w", tensor))).toEqual(tensor);
  });

  it("of every type come back from typed lists", () => {
    expect(read({ dataType: 1, dims: [2], floatData: [1, 2] }).data).toEqual(Float32Array.of(1, 2));
    expect(read({ dataType: 11, dims: [2], doubleData: [1, 2] }).data).toEqual(Float64Array.of(1, 2));
    expect(read({ dataType: 6, dims: [2], int32Data: [-1, 2] }).data).toEqual(Int32Array.of(-1, 2));
    expect(read({ dataType: 3, dims: [2], int32Data: [-1, 2] }).data).toEqual(Int8Array.of(-1, 2));
    expect(read({ dataType: 2, dims: [1], int32Data: [255] }).data).toEqual(Uint8Array.of(255));
    expect(read({ dataType: 9, dims: [2], int32Data: [0, 1] }).data).toEqual(Uint8Array.of(0, 1));
    expect(read({ dataType: 7, dims: [1], int64Data: [-5n] }).data).toEqual(BigInt64Array.of(-5n));
    expect(read({ dataType: 10, dims: [2], int32Data: [0x3c00, 0xc000] })).toEqual({
      dtype: "float32",
      shape: [2],
      data: Float32Array.of(1, -2),
    });
  });

  it("of 16-bit floats are widened exactly", () => {
    // IEEE 754-2008 binary16: 1, smallest subnormal 2^-24, largest 65504, infinity; bfloat16: 1, -2
    const half = Uint16Array.of(0x3c00, 0x0001, 0x7bff, 0x7c00);
    expect(read({ dataType: 10, dims: [4], rawData: new Uint8Array(half.buffer) }).data).toEqual(
      Float32Array.of(1, 2 ** -24, 65504, Number.POSITIVE_INFINITY),
    );
    const brain = Uint16Array.of(0x3f80, 0xc000);
    expect(read({ dataType: 16, dims: [2], rawData: new Uint8Array(brain.buffer) }).data).toEqual(
      Float32Array.of(1, -2),
    );
  });

  it("of the wrong size or type are refused", () => {
    expect(() => read({ dataType: 1, dims: [2], floatData: [1] })).toThrow(
      /m\.onnx: tensor w holds 1 elements, expected 2 for float32 \[2\]/,
    );
    expect(() => read({ dataType: 1, dims: [2], rawData: new Uint8Array(9) })).toThrow(FormatError);
    expect(() => read({ dataType: 1, dims: [-2] })).toThrow(/shape \[-2\]/);
    expect(() => read({ dataType: 8, dims: [1] })).toThrow(UnsupportedOpError);
    expect(() => read({ dataType: 8, dims: [1] })).toThrow(/elements of type string/);
    expect(() => read({ dims: [1] })).toThrow(/elements of type undefined/);
  });
});

describe("external data", () => {
  const entry = (key: string, value: string) => ({ key, value });
  it("is a range of another file", () => {
    const stored = proto({
      dataType: 1,
      dims: [3],
      dataLocation: 1,
      externalData: [entry("location", "w.bin")],
    });
    expect(externalRange("m", stored)).toEqual({ location: "w.bin", offset: 0, length: 12 });
    const later = {
      ...stored,
      externalData: [...stored.externalData, entry("offset", "4096"), entry("length", "8")],
    };
    expect(externalRange("m", later)).toEqual({ location: "w.bin", offset: 4096, length: 8 });
    expect(externalRange("m", proto({ dataType: 1 }))).toBeNull();
  });

  it("without a usable place is refused", () => {
    const lost = proto({ dataType: 1, dims: [3], dataLocation: 1 });
    expect(() => externalRange("m", lost)).toThrow(/no usable location/);
    const odd = { ...lost, externalData: [entry("location", "w"), entry("offset", "-1")] };
    expect(() => externalRange("m", odd)).toThrow(FormatError);
  });

  it("knows every element type's size", () => {
    const sizes: Record<string, number> = { float32: 4, float64: 8, int64: 8, int32: 4, bool: 1 };
    const codes: Record<string, number> = { float32: 1, float64: 11, int64: 7, int32: 6, bool: 9 };
    for (const [dtype, size] of Object.entries(sizes) as [DType, number][]) {
      const stored = proto({
        dataType: codes[dtype] as number,
        dims: [5],
        dataLocation: 1,
        externalData: [entry("location", "w")],
      });
      expect(externalRange("m", stored)?.length).toBe(5 * size);
    }
  });
});
