import { describe, expect, it } from "vitest";
import { FormatError } from "../../src/base/index.ts";
import { readCheckpoint, readNpz, writeCheckpoint, writeNpz } from "../../src/data/index.ts";
import { resolveOptimizer, tensorOf } from "../../src/engine/index.ts";
import { createStream } from "../../src/numerics/index.ts";

const checkpoint = {
  step: 12,
  stream: createStream(5).fork("order").save(),
  optimizer: resolveOptimizer({ kind: "sgd", momentum: 0.9 }),
  arrays: new Map([
    ["dense1.weight", tensorOf("float32", [2, 2], [1, 2, 3, 4])],
    ["dense1.weight:velocity", tensorOf("float32", [2, 2], [0, -1, 0.5, 0])],
  ]),
};

describe("checkpoints", () => {
  it("come back as they were written", () => {
    expect(readCheckpoint(writeCheckpoint(checkpoint))).toEqual(checkpoint);
  });

  it("are refused when they are something else, damaged, or newer", () => {
    const bytes = writeCheckpoint(checkpoint);
    const arrays = readNpz(bytes);
    const withAbout = (text: string): Uint8Array => {
      const about = new TextEncoder().encode(text);
      return writeNpz([...arrays, ["isinglass-checkpoint.json", { shape: [about.length], data: about }]]);
    };
    const cases: [Uint8Array, RegExp][] = [
      [writeNpz({ x: { shape: [1], data: Float32Array.of(1) } }), /is an npz file but no checkpoint/],
      [withAbout("{"), /damaged description/],
      [withAbout('{"version": 99}'), /checkpoint version 99, this program reads up to 1/],
      [bytes.subarray(0, bytes.length - 30), /damaged archive/],
    ];
    for (const [content, message] of cases) {
      expect(() => readCheckpoint(content, "run.npz")).toThrow(FormatError);
      expect(() => readCheckpoint(content, "run.npz")).toThrow(message);
    }
  });
});
