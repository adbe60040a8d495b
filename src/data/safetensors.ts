/**
 * safetensors, a file of named tensors (Hugging Face, format description in the safetensors repository): the length
 * of a JSON header as a little-endian 64-bit integer, the header (type, shape and byte range of each tensor), the
 * data. Tensors are read by byte range, so one layer of a file of many gigabytes costs only its own bytes.
 */
import { platform } from "#platform";
import { FormatError } from "../base/index.ts";
import type { DType, Tensor, TensorData } from "../engine/index.ts";
import type { ByteSource, SourceLocation } from "../platform/index.ts";
import { sizeOf } from "./array.ts";
import { alignedCopy } from "./bytes.ts";

/** The format's own limit on its header, 100 MB. */
const LARGEST_HEADER = 100_000_000;

const TYPES: Readonly<Record<string, { dtype: DType; width: number; view: (b: ArrayBuffer) => TensorData }>> =
  {
    F64: { dtype: "float64", width: 8, view: (b) => new Float64Array(b) },
    F32: { dtype: "float32", width: 4, view: (b) => new Float32Array(b) },
    F16: { dtype: "float16", width: 2, view: (b) => new Uint16Array(b) },
    BF16: { dtype: "bfloat16", width: 2, view: (b) => new Uint16Array(b) },
    I64: { dtype: "int64", width: 8, view: (b) => new BigInt64Array(b) },
    I32: { dtype: "int32", width: 4, view: (b) => new Int32Array(b) },
    I8: { dtype: "int8", width: 1, view: (b) => new Int8Array(b) },
    U8: { dtype: "uint8", width: 1, view: (b) => new Uint8Array(b) },
    BOOL: { dtype: "bool", width: 1, view: (b) => new Uint8Array(b) },
  };

/** One tensor of a safetensors file: what the header says. */
export interface SafetensorsEntry {
  readonly name: string;
  /** Type as stored: F32, F16, BF16, I64, ... */
  readonly type: string;
  readonly shape: readonly number[];
  /** Position of the first byte in the file. */
  readonly offset: number;
  /** Length in bytes. */
  readonly length: number;
}

/** The header of a safetensors file. */
export interface SafetensorsHeader {
  readonly entries: readonly SafetensorsEntry[];
  /** Free text pairs the writer left, such as { format: "pt" }. */
  readonly metadata: Readonly<Record<string, string>>;
}

function damaged(source: ByteSource, what: string): FormatError {
  return new FormatError(`${source.name}: ${what}`, {
    hint: "The file is damaged or no safetensors file: export it again with safetensors.torch.save_file.",
  });
}

/** Checks one header row. */
function readEntry(source: ByteSource, name: string, row: unknown, dataStart: number): SafetensorsEntry {
  const { dtype, shape, data_offsets: range } = (row ?? {}) as Record<string, unknown>;
  const isSizes = (value: unknown): value is number[] =>
    Array.isArray(value) && value.every((size) => Number.isSafeInteger(size) && size >= 0);
  if (typeof dtype !== "string" || !isSizes(shape) || !isSizes(range) || range.length !== 2) {
    throw damaged(source, `tensor ${name}: header row ${JSON.stringify(row)} is not understood`);
  }
  const [start, end] = range as [number, number];
  const width = TYPES[dtype]?.width;
  if (end < start || (width !== undefined && end - start !== sizeOf(shape) * width)) {
    throw damaged(source, `tensor ${name}: ${end - start} bytes do not fit ${dtype} of shape [${shape}]`);
  }
  if (dataStart + end > source.size) {
    throw damaged(source, `tensor ${name} ends at byte ${dataStart + end}, the file at ${source.size}`);
  }
  return { name, type: dtype, shape, offset: dataStart + start, length: end - start };
}

/**
 * Reads the header: names, types and shapes, without any weight.
 *
 * @throws FormatError when the header is damaged or a tensor lies outside the file
 * @example
 * ```ts
 * const bytes = new TextEncoder().encode("\x02\0\0\0\0\0\0\0{}");
 * const header = await readSafetensorsHeader(bytes);
 * header.entries; // => []
 * ```
 */
export function readSafetensorsHeader(file: SourceLocation | ByteSource): Promise<SafetensorsHeader> {
  return withSource(file, readHeader);
}

/** Opens a location for the time of `work`; a source that is open already stays open. */
async function withSource<T>(
  file: SourceLocation | ByteSource,
  work: (source: ByteSource) => Promise<T>,
): Promise<T> {
  if (typeof file === "object" && "read" in file) return work(file);
  const source = await platform.openSource(file);
  try {
    return await work(source);
  } finally {
    await source.close();
  }
}

async function readHeader(source: ByteSource): Promise<SafetensorsHeader> {
  if (source.size < 8) throw damaged(source, `${source.size} bytes are too few for a header`);
  const prefix = await source.read(0, 8);
  const view = new DataView(prefix.buffer, prefix.byteOffset, 8);
  const length = Number(view.getBigUint64(0, true));
  if (length > LARGEST_HEADER || 8 + length > source.size) {
    throw damaged(source, `a header of ${length} bytes in a file of ${source.size} bytes`);
  }
  const text = new TextDecoder().decode(await source.read(8, length));
  let rows: Record<string, unknown>;
  try {
    rows = JSON.parse(text) as Record<string, unknown>;
  } catch (cause) {
    throw damaged(source, `the header is not JSON (${(cause as Error).message})`);
  }
  const { __metadata__: metadata = {}, ...tensors } = rows;
  const entries = Object.entries(tensors).map(([name, row]) => readEntry(source, name, row, 8 + length));
  return { entries, metadata: metadata as Record<string, string> };
}

/**
 * Reads tensors of a safetensors file. float16 and bfloat16 keep their raw bits, as the engine stores them.
 *
 * @param file - a path, URL, browser File, bytes, or a source opened for reading by byte range
 * @param names - which tensors; all of them when omitted
 * @returns the tensors by name, in the order of the header
 * @throws FormatError when the file is damaged, a name is missing, or a type has no engine counterpart
 * @example
 * ```ts
 * const bytes = new TextEncoder().encode("\x02\0\0\0\0\0\0\0{}");
 * const tensors = await readSafetensors(bytes);
 * tensors.size; // => 0
 * ```
 */
export function readSafetensors(
  file: SourceLocation | ByteSource,
  names?: readonly string[],
): Promise<Map<string, Tensor>> {
  return withSource(file, (source) => readTensors(source, names));
}

async function readTensors(source: ByteSource, names?: readonly string[]): Promise<Map<string, Tensor>> {
  const { entries } = await readHeader(source);
  const missing = names?.filter((name) => !entries.some((entry) => entry.name === name)) ?? [];
  if (missing.length > 0) {
    throw new FormatError(`${source.name}: no tensor named ${missing.join(", ")}`, {
      hint: `It holds: ${entries
        .slice(0, 20)
        .map((entry) => entry.name)
        .join(", ")}.`,
    });
  }
  const tensors = new Map<string, Tensor>();
  for (const entry of entries) {
    if (names !== undefined && !names.includes(entry.name)) continue;
    const type = TYPES[entry.type];
    if (type === undefined) {
      throw new FormatError(`${source.name}: tensor ${entry.name} has type ${entry.type}`, {
        hint: `Convert it before saving; types that can be read: ${Object.keys(TYPES).join(", ")}.`,
      });
    }
    const bytes = await source.read(entry.offset, entry.length);
    const data = type.view(alignedCopy(bytes, 0, entry.length));
    tensors.set(entry.name, { dtype: type.dtype, shape: entry.shape, data });
  }
  return tensors;
}
