import { describe, expect, it } from "vitest";
import { tableToCsv } from "../../../lab/src/figure/csv.ts";
import { addPngTexts } from "../../../lab/src/figure/png-text.ts";
import { describeError } from "../../../lab/src/jobs/messages.ts";
import { linearTicks, logTicks } from "../../../lab/src/plot/ticks.ts";
import { shareRows } from "../../../lab/src/rooms/phase/share-rows.ts";
import { FormatError, SpecError, UnsupportedOpError } from "../../../src/base/index.ts";
import { checksum } from "../../../src/data/crc32.ts";
import { encodePng } from "../../../src/figures/index.ts";
import { readPng } from "../setup/png.ts";

describe("files of figures", () => {
  it("writes tables with all digits and quotes what needs it", () => {
    const csv = tableToCsv({
      columns: ["a", "b, c"],
      rows: [
        [1 / 3, 'say "x"'],
        [null, "plain"],
      ],
    });
    expect(csv).toBe('a,"b, c"\n0.3333333333333333,"say ""x"""\n,plain\n');
  });

  it("puts Latin and other texts into a PNG, with right check sums", () => {
    const png = encodePng(new Uint8Array(16).fill(255), 2, 2);
    const bytes = addPngTexts(png, { Title: "Länge", Description: "ξ_c at σ_w² = 1.5", Comment: "{}" });
    const { width, height, texts } = readPng(bytes);
    expect([width, height]).toEqual([2, 2]);
    expect(texts).toEqual({ Title: "Länge", Description: "ξ_c at σ_w² = 1.5", Comment: "{}" });
    const view = new DataView(bytes.buffer);
    for (let at = 8; at < bytes.length; ) {
      const length = view.getUint32(at);
      expect(view.getUint32(at + 8 + length)).toBe(checksum(bytes.subarray(at + 4, at + 8 + length)));
      at += 12 + length;
    }
  });
});

describe("ticks", () => {
  it("are round and inside", () => {
    expect(linearTicks(0.5, 4, 7)).toEqual([0.5, 1, 1.5, 2, 2.5, 3, 3.5, 4]);
    expect(linearTicks(0, 0.31, 4)).toEqual([0, 0.1, 0.2, 0.3]);
    expect(linearTicks(-1, 1, 4)).toEqual([-1, -0.5, 0, 0.5, 1]);
    expect(linearTicks(2, 2, 4)).toEqual([2]);
    expect(logTicks(0.5, 2000, 5)).toEqual([1, 10, 100, 1000]);
    expect(logTicks(1, 1e12, 4)).toEqual([1, 1e3, 1e6, 1e9, 1e12]);
    expect(logTicks(2, 8, 3)).toEqual([2, 4, 6, 8]);
  });
});

describe("errors across threads", () => {
  it("keep where, received, expected and hint", () => {
    const error = new SpecError("solveMeanField: received weight variance -1, expected a positive number.", {
      hint: "write 1.7",
    });
    expect(describeError(error)).toEqual({
      kind: "failed",
      message: error.message,
      where: "solveMeanField",
      received: "weight variance -1",
      expected: "a positive number",
      hint: "write 1.7",
    });
    expect(describeError(new FormatError("x.onnx: no model"))).toEqual({
      kind: "failed",
      message: "x.onnx: no model",
    });
    expect(describeError(3)).toEqual({ kind: "failed", message: "3" });
  });

  it("list what is not supported", () => {
    const error = new UnsupportedOpError("no Foo", {
      hint: "replace it",
      data: { items: [{ node: "n1", reason: "Foo is unknown" }] },
    });
    expect(describeError(error)).toEqual({
      kind: "unsupported",
      message: "no Foo",
      hint: "replace it",
      items: [{ where: "n1", reason: "Foo is unknown" }],
    });
  });
});

describe("painters", () => {
  it("share the rows in whole blocks", () => {
    expect(shareRows(100, 2)).toEqual([
      [0, 48],
      [48, 100],
    ]);
    expect(shareRows(16, 4)).toEqual([
      [0, 8],
      [8, 16],
    ]);
    expect(shareRows(5, 3)).toEqual([[0, 5]]);
    for (const ny of [17, 100, 203])
      for (const painters of [1, 2, 3, 4]) {
        const bands = shareRows(ny, painters);
        expect(bands.flatMap(([from, to]) => Array.from({ length: to - from }, (_, i) => from + i))).toEqual(
          Array.from({ length: ny }, (_, i) => i),
        );
        for (const [from] of bands) expect(from % 8).toBe(0);
      }
  });
});
