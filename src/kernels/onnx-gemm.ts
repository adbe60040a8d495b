/**
 * Products by ONNX Runtime's Gemm, in float64 1.5 to 4 times faster than WebAssembly because it uses the processor's wide
 * vectors. One-node models are written here byte by byte, so that this folder needs nothing above it.
 * Format: onnx.proto3 (ONNX IR version 10).
 */
import { platform } from "#platform";
import type { DenseProduct, GemmProvider } from "./gemm-provider.ts";

/** TensorProto.DataType */
const FLOAT64 = 11;
const FLOAT32 = 1;
const IR_VERSION = 10;
const OPSET = 21;
/** AttributeProto.AttributeType.INT */
const ATTRIBUTE_INT = 2;

/** Measured on an AMD EPYC (Zen 4), against the kernels here. */
const WORTHWHILE = { direct: 2 ** 20, copied: 2 ** 28, depth: 256, wideBlocks: 1500 } as const;

/** Native ONNX Runtime as a provider; null in a browser, where its float64 product is slower than these kernels. */
export async function createOnnxGemm(threads = 1): Promise<GemmProvider | null> {
  if (platform.kind === "browser") return null;
  const { runtime, providers } = await platform.loadOnnxRuntime("cpu", threads);
  const open = (transposeA: boolean, transposeB: boolean, type: number) =>
    runtime.InferenceSession.create(gemmModel(transposeA, transposeB, type), {
      executionProviders: providers("cpu"),
      intraOpNumThreads: threads,
      interOpNumThreads: 1,
    });
  const sessions = new Map<string, ReturnType<typeof open>>();
  const session = (transposeA: boolean, transposeB: boolean, type: number): ReturnType<typeof open> => {
    const key = `${transposeA} ${transposeB} ${type}`;
    const found = sessions.get(key) ?? open(transposeA, transposeB, type);
    sessions.set(key, found);
    return found;
  };
  return {
    name: "onnxruntime",
    worthwhile: WORTHWHILE,
    multiply: async ({ m, n, k, a, transposeA, b, transposeB }: DenseProduct) => {
      const run = await session(transposeA, transposeB, FLOAT64);
      const { y } = await run.run({
        a: new runtime.Tensor("float64", a, transposeA ? [k, m] : [m, k]),
        b: new runtime.Tensor("float64", b, transposeB ? [n, k] : [k, n]),
      });
      if (y === undefined) throw new Error("internal: the Gemm model returned no output");
      return y.data as Float64Array;
    },
    multiplySingle: async ({ m, n, k, a, transposeA, b, transposeB }: DenseProduct<Float32Array>) => {
      const run = await session(transposeA, transposeB, FLOAT32);
      const { y } = await run.run({
        a: new runtime.Tensor("float32", a, transposeA ? [k, m] : [m, k]),
        b: new runtime.Tensor("float32", b, transposeB ? [n, k] : [k, n]),
      });
      if (y === undefined) throw new Error("internal: the Gemm model returned no output");
      return y.data as Float32Array;
    },
    release: async () => {
      for (const opened of sessions.values()) await (await opened).release();
      sessions.clear();
    },
  };
}

/** y = op(a) op(b) of one data type, any shape. */
function gemmModel(transposeA: boolean, transposeB: boolean, type: number): Uint8Array {
  const node = message(
    text(1, "a"),
    text(1, "b"),
    text(2, "y"),
    text(4, "Gemm"),
    field(5, message(text(1, "transA"), integer(3, Number(transposeA)), integer(20, ATTRIBUTE_INT))),
    field(5, message(text(1, "transB"), integer(3, Number(transposeB)), integer(20, ATTRIBUTE_INT))),
  );
  const graph = message(
    field(1, node),
    text(2, "gemm"),
    field(11, matrixInfo("a", "a0", "a1", type)),
    field(11, matrixInfo("b", "b0", "b1", type)),
    field(12, matrixInfo("y", "y0", "y1", type)),
  );
  return message(integer(1, IR_VERSION), field(7, graph), field(8, message(text(1, ""), integer(2, OPSET))));
}

/** ValueInfoProto of a matrix with named dimensions. */
function matrixInfo(name: string, rows: string, cols: string, type: number): Uint8Array {
  const shape = message(field(1, message(text(2, rows))), field(1, message(text(2, cols))));
  const tensor = message(integer(1, type), field(2, shape));
  return message(text(1, name), field(2, message(field(1, tensor))));
}

/** A protobuf message is the concatenation of its fields. */
function message(...fields: Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(fields.reduce((size, part) => size + part.length, 0));
  let at = 0;
  for (const part of fields) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

/** Field numbers stay below 32 and values and lengths below 2^14 here. */
function varint(value: number): number[] {
  return value < 128 ? [value] : [(value & 127) | 128, value >> 7];
}

function integer(number: number, value: number): Uint8Array {
  return Uint8Array.from([...varint(number << 3), ...varint(value)]);
}

function field(number: number, content: Uint8Array): Uint8Array {
  return Uint8Array.from([...varint((number << 3) | 2), ...varint(content.length), ...content]);
}

function text(number: number, value: string): Uint8Array {
  return field(number, new TextEncoder().encode(value));
}
