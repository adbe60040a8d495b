/**
 * Reads the structure of an ONNX file without its weights: nodes, shapes and names are decoded, large weights stay
 * where they are as byte ranges (inside the file or in an external file beside it) until they are asked for. A 5 GB
 * model is inspected by reading a few hundred kilobytes. Source: onnx/onnx.proto, onnx/docs/ExternalData.md.
 */
import type { ByteSource } from "#platform";
import { FormatError } from "../../base/index.ts";
import type { Tensor } from "../tensor.ts";
import { decodeField, emptyMessage, type MessageValue } from "./codec.ts";
import { foreignFormat } from "./foreign-formats.ts";
import {
  graphSchema,
  heavyFields,
  type ModelProto,
  modelSchema,
  type TensorProto,
  tensorSchema,
} from "./schema.ts";
import { externalRange, payloadBytes, tensorOfProto } from "./tensors.ts";
import { corruptFile, WireReader, wireType } from "./wire.ts";

/** A weight that has not been read yet. */
export interface StoredTensor {
  readonly name: string;
  readonly proto: TensorProto;
  /** Size of the payload in bytes. */
  readonly bytes: number;
  load(): Promise<Tensor>;
}

/** The structure of a model file. `model.graph.initializers` is empty: weights are in `weights`. */
export interface ModelFile {
  readonly name: string;
  readonly model: ModelProto;
  readonly weights: readonly StoredTensor[];
  /** Closes external files (not the source itself, which the caller opened). */
  close(): Promise<void>;
}

/** Weights up to this size are read with the structure: shapes may depend on them. */
const inlineLimit = 4096;

/** Reads the structure of a model. Throws FormatError when the bytes are not one. */
export async function readModelFile(source: ByteSource): Promise<ModelFile> {
  const scanner = new Scanner(source);
  await refuseForeignFormats(source);
  const model = emptyMessage(modelSchema);
  const graph = emptyMessage(graphSchema);
  const tensors: { readonly proto: TensorProto; readonly range: ByteRange | null }[] = [];
  let hasGraph = false;
  await scanner.fields(0, source.size, "ModelProto", async (field) => {
    if (field.number !== heavyFields.graph) return scanner.decode(modelSchema, model, "ModelProto", field);
    hasGraph = true;
    await scanner.fields(field.content, field.end, "ModelProto.graph", async (inner) => {
      const isHeavy = inner.number === heavyFields.initializer && inner.end - inner.content > inlineLimit;
      if (!isHeavy) return scanner.decode(graphSchema, graph, "ModelProto.graph", inner);
      for (const proto of (graph.initializers as TensorProto[]).splice(0))
        tensors.push({ proto, range: null });
      tensors.push(await readHeavyTensor(scanner, inner));
    });
  });
  for (const proto of graph.initializers as TensorProto[]) tensors.push({ proto, range: null });
  graph.initializers = [];
  if (!hasGraph) throw corruptFile(source.name, source.size, "ModelProto.graph", "missing");
  model.graph = graph;
  const files = new ExternalFiles(source);
  return {
    name: source.name,
    model: model as unknown as ModelProto,
    weights: tensors.map(({ proto, range }) => storedTensor(source, files, proto, range)),
    close: () => files.close(),
  };
}

interface ByteRange {
  readonly offset: number;
  readonly length: number;
}

/** Everything of a tensor but its raw data, which is only located. */
async function readHeavyTensor(
  scanner: Scanner,
  field: FieldRange,
): Promise<{ readonly proto: TensorProto; readonly range: ByteRange | null }> {
  const path = "ModelProto.graph.initializers";
  const proto = emptyMessage(tensorSchema);
  let range: ByteRange | null = null;
  await scanner.fields(field.content, field.end, path, async (inner) => {
    if (inner.number !== heavyFields.rawData) return scanner.decode(tensorSchema, proto, path, inner);
    range = { offset: inner.content, length: inner.end - inner.content };
  });
  return { proto: proto as unknown as TensorProto, range };
}

function storedTensor(
  source: ByteSource,
  files: ExternalFiles,
  proto: TensorProto,
  range: ByteRange | null,
): StoredTensor {
  return {
    name: proto.name ?? "",
    proto,
    bytes: payloadBytes(proto),
    load: async () => {
      if (range !== null) {
        return tensorOfProto(source.name, proto, await source.read(range.offset, range.length));
      }
      const external = externalRange(source.name, proto);
      if (external === null) return tensorOfProto(source.name, proto);
      const file = await files.open(external.location);
      return tensorOfProto(file.name, proto, await file.read(external.offset, external.length));
    },
  };
}

/** Files with external data, opened once. */
class ExternalFiles {
  readonly #source: ByteSource;
  readonly #files = new Map<string, Promise<ByteSource>>();

  constructor(source: ByteSource) {
    this.#source = source;
  }

  open(location: string): Promise<ByteSource> {
    let file = this.#files.get(location);
    if (file === undefined) {
      file = this.#source.sibling(location);
      this.#files.set(location, file);
    }
    return file;
  }

  async close(): Promise<void> {
    for (const file of this.#files.values()) await file.then((opened) => opened.close()).catch(() => {});
    this.#files.clear();
  }
}

/** Where a field lies in the file: its tag starts at `start`, its payload at `content`. */
interface FieldRange {
  readonly number: number;
  readonly start: number;
  readonly content: number;
  readonly end: number;
}

const windowLength = 1 << 18;
/** A tag and a length take at most ten bytes each. */
const longestHeader = 20;

/** Walks over fields of a file through a moving window. */
class Scanner {
  readonly #source: ByteSource;
  #window: Uint8Array = new Uint8Array(0);
  #windowStart = 0;

  constructor(source: ByteSource) {
    this.#source = source;
  }

  async fields(
    start: number,
    end: number,
    path: string,
    visit: (field: FieldRange) => Promise<void>,
  ): Promise<void> {
    for (let position = start; position < end; ) {
      const field = await this.#header(position, end, path);
      await visit(field);
      position = field.end;
    }
  }

  /** Decodes one field completely into a message. */
  async decode(
    schema: typeof modelSchema,
    target: MessageValue,
    path: string,
    field: FieldRange,
  ): Promise<void> {
    const bytes = await this.#bytes(field.start, field.end);
    decodeField(schema, target, new WireReader(bytes, this.#source.name, path, field.start));
  }

  async #header(position: number, end: number, path: string): Promise<FieldRange> {
    const bytes = await this.#bytes(position, Math.min(end, position + longestHeader));
    const reader = new WireReader(bytes, this.#source.name, path, position);
    const { field, wire } = reader.tag();
    if (wire === wireType.delimited) {
      const length = reader.varint();
      const content = position + reader.position;
      if (length < 0 || content + length > end) {
        throw corruptFile(
          this.#source.name,
          position,
          `${path} (field ${field})`,
          `announces ${length} bytes, ${end - content} are left`,
        );
      }
      return { number: field, start: position, content, end: content + length };
    }
    const content = position + reader.position;
    reader.skip(wire);
    return { number: field, start: position, content, end: position + reader.position };
  }

  async #bytes(start: number, end: number): Promise<Uint8Array> {
    const length = end - start;
    if (length > windowLength) return this.#source.read(start, length);
    const isInside = start >= this.#windowStart && end <= this.#windowStart + this.#window.length;
    if (!isInside) {
      this.#window = await this.#source.read(start, Math.min(windowLength, this.#source.size - start));
      this.#windowStart = start;
    }
    return this.#window.subarray(start - this.#windowStart, end - this.#windowStart);
  }
}

async function refuseForeignFormats(source: ByteSource): Promise<void> {
  const start = await source.read(0, Math.min(source.size, 64));
  const foreign = foreignFormat(start, source.size);
  if (foreign === null) return;
  throw new FormatError(`${source.name}: not an ONNX file: ${foreign.what}`, { hint: foreign.hint });
}
