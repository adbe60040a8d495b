/**
 * Tensors of ONNX files: the payload lies in `raw_data`, in a typed list, or in an external file; float16 and
 * bfloat16 are widened to float32. Source: onnx/onnx.proto, TensorProto.
 */
import { FormatError, UnsupportedOpError } from "../../base/index.ts";
import { type DType, numbersOf, sizeOf, type Tensor, type TensorData, tensorOf } from "../tensor.ts";
import { bytesPerElement, createData, dtypeOfCode, nameOfCode, widened } from "./data-types.ts";
import type { TensorProto } from "./schema.ts";

/** Bytes a tensor's payload takes; 0 for element types that are not read. */
export function payloadBytes(proto: TensorProto): number {
  const dtype = dtypeOfCode(proto.dataType ?? 0);
  return dtype === null ? 0 : sizeOf(proto.dims) * bytesPerElement(dtype);
}

/** Where the payload lies when it is in another file, else null. Throws FormatError when that is not said clearly. */
export function externalRange(
  file: string,
  proto: TensorProto,
): { readonly location: string; readonly offset: number; readonly length: number } | null {
  if (proto.dataLocation !== 1) return null;
  const entries = new Map(proto.externalData.map(({ key, value }) => [key, value]));
  const location = entries.get("location");
  const offset = Number(entries.get("offset") ?? 0);
  const length = Number(entries.get("length") ?? payloadBytes(proto));
  if (
    location === undefined ||
    !Number.isSafeInteger(offset) ||
    !Number.isSafeInteger(length) ||
    offset < 0
  ) {
    throw new FormatError(
      `${file}: tensor ${proto.name}: its external data has no usable location and offset`,
      {
        hint: "save the model again",
        data: Object.fromEntries(entries),
      },
    );
  }
  return { location, offset, length };
}

/**
 * The tensor behind a message; `raw` is its payload when that was read separately.
 *
 * @throws FormatError when the payload does not have the size of the shape
 * @throws UnsupportedOpError for element types that are not covered
 */
export function tensorOfProto(
  file: string,
  proto: TensorProto,
  raw: Uint8Array | undefined = proto.rawData,
): Tensor {
  const dtype = dtypeOfCode(proto.dataType ?? 0);
  if (dtype === null) {
    const type = nameOfCode(proto.dataType ?? 0);
    throw new UnsupportedOpError(`${file}: tensor ${proto.name ?? ""} has elements of type ${type}`, {
      hint: "export the model in float32",
    });
  }
  if (proto.dims.some((size) => size < 0)) {
    throw new FormatError(`${file}: tensor ${proto.name ?? ""} has the shape [${proto.dims.join(", ")}]`);
  }
  const stored = raw === undefined ? fromLists(file, proto, dtype) : fromRaw(file, proto, dtype, raw);
  const target = widened(dtype);
  return target === dtype ? stored : tensorOf(target, stored.shape, numbersOf(stored));
}

function fromRaw(file: string, proto: TensorProto, dtype: DType, raw: Uint8Array): Tensor {
  const length = sizeOf(proto.dims);
  requirePayload(file, proto, dtype, raw.length, length * bytesPerElement(dtype), "bytes");
  const data = createData(dtype, length);
  // a copy, because the bytes lie anywhere in the file while typed arrays start at multiples of their size
  new Uint8Array(data.buffer).set(raw);
  return { dtype, shape: proto.dims, data };
}

function fromLists(file: string, proto: TensorProto, dtype: DType): Tensor {
  const list = listOf(proto, dtype);
  requirePayload(file, proto, dtype, list.length, sizeOf(proto.dims), "elements");
  const data: TensorData =
    dtype === "int64"
      ? BigInt64Array.from(list as readonly bigint[])
      : createDataFrom(dtype, list as readonly number[]);
  return { dtype, shape: proto.dims, data };
}

function createDataFrom(dtype: DType, values: readonly number[]): TensorData {
  const data = createData(dtype, values.length) as Exclude<TensorData, BigInt64Array>;
  data.set(values);
  return data;
}

/** Small integers and the bits of 16-bit floats share one list. */
function listOf(proto: TensorProto, dtype: DType): readonly (number | bigint)[] {
  if (dtype === "float32") return proto.floatData;
  if (dtype === "float64") return proto.doubleData;
  return dtype === "int64" ? proto.int64Data : proto.int32Data;
}

function requirePayload(
  file: string,
  proto: TensorProto,
  dtype: DType,
  received: number,
  expected: number,
  unit: string,
): void {
  if (received === expected) return;
  throw new FormatError(
    `${file}: tensor ${proto.name ?? ""} holds ${received} ${unit}, expected ${expected} for ${dtype} [${proto.dims.join(", ")}]`,
    { hint: "the file is damaged; export or copy it again" },
  );
}
