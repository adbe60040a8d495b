/** The protobuf wire format, writing side. Large payloads are referenced and copied once, at the end. */
import { wireType } from "./wire.ts";

const utf8 = new TextEncoder();
const maxInt64 = 2n ** 63n - 1n;

/** Appends fields; `finish` joins them. The same calls give the same bytes. */
export class WireWriter {
  readonly #parts: Uint8Array[] = [];
  #small: number[] = [];
  #length = 0;

  get length(): number {
    return this.#length + this.#small.length;
  }

  int(field: number, value: number | bigint): void {
    this.#tag(field, wireType.varint);
    this.varint(value);
  }

  float(field: number, value: number): void {
    this.#tag(field, wireType.fixed32);
    this.#small.push(...new Uint8Array(Float32Array.of(value).buffer));
  }

  text(field: number, value: string): void {
    this.bytes(field, utf8.encode(value));
  }

  bytes(field: number, value: Uint8Array): void {
    this.#tag(field, wireType.delimited);
    this.varint(value.length);
    this.#append(value);
  }

  message(field: number, inner: WireWriter): void {
    this.#tag(field, wireType.delimited);
    this.varint(inner.length);
    inner.#flush();
    for (const part of inner.#parts) this.#append(part);
  }

  /** An integer without a tag, as inside a packed field. */
  varint(value: number | bigint): void {
    if (typeof value === "number" && value >= 0 && value <= Number.MAX_SAFE_INTEGER) {
      let rest = value;
      while (rest >= 128) {
        this.#small.push((rest % 128) + 128);
        rest = Math.floor(rest / 128);
      }
      this.#small.push(rest);
      return;
    }
    // 2^63 - 1 (ONNX's "to the end") is not a float64: the nearest one is 2^63
    const signed = BigInt(value) > maxInt64 ? maxInt64 : BigInt(value);
    let rest = BigInt.asUintN(64, signed);
    while (rest >= 128n) {
      this.#small.push(Number(rest & 127n) + 128);
      rest >>= 7n;
    }
    this.#small.push(Number(rest));
  }

  finish(): Uint8Array {
    this.#flush();
    const all = new Uint8Array(this.#length);
    let position = 0;
    for (const part of this.#parts) {
      all.set(part, position);
      position += part.length;
    }
    return all;
  }

  #tag(field: number, wire: number): void {
    this.varint(field * 8 + wire);
  }

  #append(bytes: Uint8Array): void {
    if (bytes.length <= 64) {
      for (const byte of bytes) this.#small.push(byte);
      return;
    }
    this.#flush();
    this.#parts.push(bytes);
    this.#length += bytes.length;
  }

  #flush(): void {
    if (this.#small.length === 0) return;
    this.#parts.push(Uint8Array.from(this.#small));
    this.#length += this.#small.length;
    this.#small = [];
  }
}
