import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { IsinglassError } from "../../../src/base/index.ts";
import { decode, encode, type MessageValue } from "../../../src/engine/onnx/codec.ts";
import { fromOnnx, toOnnx } from "../../../src/engine/onnx/index.ts";
import { tensorSchema } from "../../../src/engine/onnx/schema.ts";
import { WireReader } from "../../../src/engine/onnx/wire.ts";
import { WireWriter } from "../../../src/engine/onnx/wire-writer.ts";
import { bytesOf } from "./fixture.ts";

const files = ["branch", "functions", "opset-11"].map(bytesOf);

describe("a damaged file", () => {
  it("is refused with an error a user can act on, or still read", async () => {
    const damage = fc.record({
      file: fc.constantFrom(...files),
      at: fc.double({ min: 0, max: 1, noNaN: true }),
      bytes: fc.uint8Array({ minLength: 1, maxLength: 4 }),
    });
    await fc.assert(
      fc.asyncProperty(damage, async ({ file, at, bytes }) => {
        const damaged = file.slice();
        damaged.set(bytes, Math.floor(at * (damaged.length - bytes.length)));
        try {
          await fromOnnx(damaged);
        } catch (error) {
          expect(error).toBeInstanceOf(IsinglassError);
        }
      }),
      { numRuns: 400 },
    );
  });
});

describe("the codec", () => {
  it("reads back what it wrote", () => {
    const finite = fc.float({ noNaN: true });
    const message = fc.record({
      dims: fc.array(fc.integer({ min: -(2 ** 40), max: 2 ** 40 })),
      dataType: fc.integer({ min: 1, max: 30 }),
      floatData: fc.array(finite),
      int32Data: fc.array(fc.integer()),
      int64Data: fc.array(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n })),
      name: fc.string({ unit: "grapheme" }),
      rawData: fc.uint8Array({ maxLength: 200 }),
      doubleData: fc.array(fc.double({ noNaN: true })),
      uint64Data: fc.constant([]),
      externalData: fc.array(fc.record({ key: fc.string(), value: fc.string() })),
      dataLocation: fc.constantFrom(0, 1),
    });
    fc.assert(
      fc.property(message, (value) => {
        const bytes = encode(tensorSchema, value as MessageValue).finish();
        expect(decode(tensorSchema, new WireReader(bytes, "m", "TensorProto"))).toEqual(value);
        expect(encode(tensorSchema, value as MessageValue).finish()).toEqual(bytes);
      }),
    );
  });

  it("skips fields it does not know", async () => {
    const bytes = files[0] as Uint8Array;
    const expected = toOnnx((await fromOnnx(bytes)).graph);
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 100, max: 2 ** 28 }), fc.uint8Array(), async (field, content) => {
        const unknown = new WireWriter();
        unknown.bytes(field, content);
        const longer = Uint8Array.from([...unknown.finish(), ...bytes]);
        expect(toOnnx((await fromOnnx(longer)).graph)).toEqual(expected);
      }),
      { numRuns: 20 },
    );
  });
});
