/**
 * The protobuf wire format, reading side: tags, variable-length integers and length-delimited fields over bytes in
 * memory. Every failure says at which byte of the file and in which field. Source: Protocol Buffers encoding guide.
 */
import { FormatError } from "../../base/index.ts";

/** How a field's payload is laid out; groups (3, 4) are long deprecated and do not occur in ONNX. */
export const wireType = { varint: 0, fixed64: 1, delimited: 2, fixed32: 5 } as const;

/** The number and layout of the field that follows. */
export interface Tag {
  readonly field: number;
  readonly wire: number;
}

/** A position in bytes that are a part of a named file. */
export class WireReader {
  readonly bytes: Uint8Array;
  /** Next byte to read, counted from the start of `bytes`. */
  position: number;
  readonly end: number;
  /** Where `bytes` starts inside the file. */
  readonly base: number;
  readonly file: string;
  /** Field path for messages: "ModelProto.graph.node". */
  path: string;
  readonly #view: DataView;

  constructor(
    bytes: Uint8Array,
    file: string,
    path: string,
    base: number = 0,
    start: number = 0,
    end: number = bytes.length,
  ) {
    this.bytes = bytes;
    this.file = file;
    this.path = path;
    this.base = base;
    this.position = start;
    this.end = end;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  tag(): Tag {
    const key = this.varint();
    const tag = { field: Math.floor(key / 8), wire: key % 8 };
    if (tag.field === 0) throw this.corrupt("field number 0");
    return tag;
  }

  /** An unsigned integer below 2^53, or a negative 64-bit one (which takes ten bytes), as a number. */
  varint(): number {
    const start = this.position;
    let value = 0;
    let scale = 1;
    for (let count = 0; count < 7; count++) {
      const byte = this.#byte();
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value;
      scale *= 128;
    }
    this.position = start;
    return Number(this.bigint());
  }

  /** A signed 64-bit integer, exactly. */
  bigint(): bigint {
    let value = 0n;
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = this.#byte();
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return BigInt.asIntN(64, value);
    }
    throw this.corrupt("an integer longer than ten bytes");
  }

  float(): number {
    this.#require(4);
    const value = this.#view.getFloat32(this.position, true);
    this.position += 4;
    return value;
  }

  double(): number {
    this.#require(8);
    const value = this.#view.getFloat64(this.position, true);
    this.position += 8;
    return value;
  }

  /** The payload of a length-delimited field, as a view without copying. */
  delimited(): Uint8Array {
    const inner = this.inner();
    return this.bytes.subarray(inner.position, inner.end);
  }

  /** A reader over the payload of a length-delimited field; this reader moves past it. */
  inner(path: string = this.path): WireReader {
    const length = this.varint();
    this.#require(length);
    const start = this.position;
    this.position += length;
    return new WireReader(this.bytes, this.file, path, this.base, start, this.position);
  }

  /** Moves past a field that is not used. */
  skip(wire: number): void {
    if (wire === wireType.varint) this.bigint();
    else if (wire === wireType.delimited) this.delimited();
    else if (wire === wireType.fixed32 || wire === wireType.fixed64) {
      const length = wire === wireType.fixed32 ? 4 : 8;
      this.#require(length);
      this.position += length;
    } else throw this.corrupt(`unknown wire type ${wire}`);
  }

  corrupt(reason: string): FormatError {
    return corruptFile(this.file, this.base + this.position, this.path, reason);
  }

  #byte(): number {
    this.#require(1);
    return this.bytes[this.position++] as number;
  }

  #require(length: number): void {
    if (length >= 0 && this.position + length <= this.end) return;
    throw this.corrupt(`needs ${length} more bytes, ${this.end - this.position} are left`);
  }
}

/** The error for bytes that do not follow the format. */
export function corruptFile(file: string, offset: number, path: string, reason: string): FormatError {
  return new FormatError(`${file}: not an ONNX file: at byte ${offset}, field ${path}: ${reason}`, {
    hint: "the file is truncated, damaged or of another format; export or copy it again",
    data: { offset, field: path },
  });
}
