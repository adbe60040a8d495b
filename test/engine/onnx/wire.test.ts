import { describe, expect, it } from "vitest";
import { FormatError } from "../../../src/base/index.ts";
import { WireReader } from "../../../src/engine/onnx/wire.ts";
import { WireWriter } from "../../../src/engine/onnx/wire-writer.ts";

const reader = (...bytes: number[]) => new WireReader(Uint8Array.from(bytes), "m.onnx", "ModelProto", 100);

describe("variable-length integers", () => {
  it("follow the examples of the encoding guide", () => {
    // https://protobuf.dev/programming-guides/encoding: 150 = 96 01, -2 = fe ff ... ff 01
    const writer = new WireWriter();
    writer.varint(150);
    writer.varint(-2);
    const bytes = writer.finish();
    expect([...bytes]).toEqual([0x96, 0x01, 0xfe, ...new Array(8).fill(0xff), 0x01]);
    const back = reader(...bytes);
    expect([back.varint(), back.varint()]).toEqual([150, -2]);
  });

  it("reach from the smallest to the largest 64-bit integer", () => {
    const writer = new WireWriter();
    const values = [0n, 127n, 128n, 2n ** 49n - 1n, 2n ** 53n, 2n ** 63n - 1n, -1n, -(2n ** 63n)];
    for (const value of values) writer.varint(value);
    const back = reader(...writer.finish());
    for (const value of values) expect(back.bigint()).toBe(value);
  });

  it("write the float64 next to 2^63 - 1 as 2^63 - 1, which ONNX reads as 'to the end'", () => {
    const writer = new WireWriter();
    writer.varint(2 ** 63);
    expect(reader(...writer.finish()).bigint()).toBe(2n ** 63n - 1n);
  });
});

describe("damaged bytes", () => {
  const cases: [string, () => unknown, RegExp][] = [
    [
      "a number cut off",
      () => reader(0x96).varint(),
      /at byte 101, field ModelProto: needs 1 more bytes, 0 are left/,
    ],
    ["a text cut off", () => reader(5, 65).delimited(), /at byte 101.*needs 5 more bytes, 1 are left/],
    [
      "a negative length",
      () => reader(0xfe, ...new Array(8).fill(0xff), 0x01).delimited(),
      /needs -2 more bytes/,
    ],
    ["an endless number", () => reader(...new Array(12).fill(0x80)).bigint(), /longer than ten bytes/],
    ["field number 0", () => reader(0x02).tag(), /field number 0/],
    ["an unknown layout", () => reader(0).skip(7), /unknown wire type 7/],
    ["a float cut off", () => reader(0, 0, 0).float(), /needs 4 more bytes/],
  ];
  it.each(cases)("%s", (_name, read, message) => {
    expect(read).toThrow(FormatError);
    expect(read).toThrow(message);
    expect(read).toThrow(/not an ONNX file/);
  });
});
