/**
 * Messages to and from protobuf bytes, driven by a table: for each message the number and kind of its fields.
 * One table serves reading and writing, so what is read is written back. Unknown fields are skipped.
 */
import { type WireReader, wireType } from "./wire.ts";
import { WireWriter } from "./wire-writer.ts";

/** Kinds of fields; a plural kind is a repeated field. */
export type FieldKind =
  | "int"
  | "ints"
  | "bigints"
  | "float"
  | "floats"
  | "doubles"
  | "string"
  | "strings"
  | "bytes"
  | "message"
  | "messages";

/** One field: its number, its kind, and the table of its message when it holds one. */
export type Field =
  | readonly [number: number, kind: Exclude<FieldKind, "message" | "messages">]
  | readonly [number: number, kind: "message" | "messages", inner: () => Schema];

/** The fields of one message, in the order they are written. */
export interface Schema {
  readonly message: string;
  readonly fields: Readonly<Record<string, Field>>;
}

/** A message while it is read or written: absent scalars are undefined, absent lists are empty. */
export type MessageValue = Record<string, unknown>;

const utf8 = new TextDecoder();
const listKinds: ReadonlySet<FieldKind> = new Set([
  "ints",
  "bigints",
  "floats",
  "doubles",
  "strings",
  "messages",
]);
const indexes = new WeakMap<Schema, Map<number, [name: string, field: Field]>>();

/** A message without any field set. */
export function emptyMessage(schema: Schema): MessageValue {
  const value: MessageValue = {};
  for (const [name, [, kind]] of Object.entries(schema.fields)) {
    value[name] = listKinds.has(kind) ? [] : undefined;
  }
  return value;
}

/** Reads a whole message. */
export function decode(schema: Schema, reader: WireReader): MessageValue {
  const value = emptyMessage(schema);
  while (reader.position < reader.end) decodeField(schema, value, reader);
  return value;
}

/** Reads one field into `target`; lists grow. */
export function decodeField(schema: Schema, target: MessageValue, reader: WireReader): void {
  const { field, wire } = reader.tag();
  const entry = indexOf(schema).get(field);
  if (entry === undefined) {
    reader.skip(wire);
    return;
  }
  const outer = reader.path;
  reader.path = `${outer}.${entry[0]}`;
  const [name, definition] = entry;
  const value = readValue(definition, reader, wire);
  if (listKinds.has(definition[1])) {
    const list = target[name] as unknown[];
    for (const item of value as unknown[]) list.push(item);
  } else target[name] = value;
  reader.path = outer;
}

/** Writes a whole message. */
export function encode(schema: Schema, value: MessageValue): WireWriter {
  const writer = new WireWriter();
  for (const [name, field] of Object.entries(schema.fields)) {
    const content = value[name];
    if (content !== undefined) writeValue(writer, field, content);
  }
  return writer;
}

function indexOf(schema: Schema): Map<number, [string, Field]> {
  let index = indexes.get(schema);
  if (index === undefined) {
    index = new Map(Object.entries(schema.fields).map(([name, field]) => [field[0], [name, field]]));
    indexes.set(schema, index);
  }
  return index;
}

function readValue(field: Field, reader: WireReader, wire: number): unknown {
  switch (field[1]) {
    case "int":
      return expectWire(reader, wire, wireType.varint).varint();
    case "float":
      return expectWire(reader, wire, wireType.fixed32).float();
    case "string":
      return utf8.decode(expectWire(reader, wire, wireType.delimited).delimited());
    case "bytes":
      return expectWire(reader, wire, wireType.delimited).delimited();
    case "strings":
      return [utf8.decode(expectWire(reader, wire, wireType.delimited).delimited())];
    case "ints":
      return readPacked(reader, wire, wireType.varint, (inner) => inner.varint());
    case "bigints":
      return readPacked(reader, wire, wireType.varint, (inner) => inner.bigint());
    case "floats":
      return readPacked(reader, wire, wireType.fixed32, (inner) => inner.float());
    case "doubles":
      return readPacked(reader, wire, wireType.fixed64, (inner) => inner.double());
    case "message":
      return decode(field[2](), expectWire(reader, wire, wireType.delimited).inner());
    case "messages":
      return [decode(field[2](), expectWire(reader, wire, wireType.delimited).inner())];
  }
}

/** A repeated number: packed into one field, or (older writers) one field for each. */
function readPacked<T>(
  reader: WireReader,
  wire: number,
  single: number,
  read: (inner: WireReader) => T,
): T[] {
  if (wire === single) return [read(reader)];
  const inner = expectWire(reader, wire, wireType.delimited).inner();
  const values: T[] = [];
  while (inner.position < inner.end) values.push(read(inner));
  return values;
}

function expectWire(reader: WireReader, received: number, expected: number): WireReader {
  if (received === expected) return reader;
  throw reader.corrupt(`wire type ${received}, expected ${expected}`);
}

function writeValue(writer: WireWriter, field: Field, content: unknown): void {
  const [number, kind, inner] = field;
  if (kind === "int") writer.int(number, content as number);
  else if (kind === "float") writer.float(number, content as number);
  else if (kind === "string") writer.text(number, content as string);
  else if (kind === "bytes") writer.bytes(number, content as Uint8Array);
  else if (kind === "message") writer.message(number, encode(inner(), content as MessageValue));
  else writeList(writer, field, content as readonly unknown[]);
}

function writeList(writer: WireWriter, [number, kind, inner]: Field, list: readonly unknown[]): void {
  if (list.length === 0) return;
  if (kind === "messages") {
    for (const item of list) writer.message(number, encode(inner(), item as MessageValue));
  } else if (kind === "strings") {
    for (const text of list) writer.text(number, text as string);
  } else if (kind === "floats") writer.bytes(number, bytesOf(Float32Array.from(list as number[])));
  else if (kind === "doubles") writer.bytes(number, bytesOf(Float64Array.from(list as number[])));
  else {
    const packed = new WireWriter();
    for (const integer of list as (number | bigint)[]) packed.varint(integer);
    writer.message(number, packed);
  }
}

/** The bytes of a typed array, as a view. Both formats are little-endian, as is every supported machine. */
export function bytesOf(data: ArrayBufferView): Uint8Array {
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
}
