/** The parts of the Diagnose room that need no browser: the document's two views, the table's order, what is copied. */
import { describe, expect, it } from "vitest";
import { formatBytes } from "../../../lab/src/files/bytes.ts";
import {
  blockOf,
  NEW_LAYERS,
  withLayer,
  withMovedLayer,
  withNumber,
  withoutLayer,
} from "../../../lab/src/rooms/diagnose/blocks.ts";
import { type Copied, codeOf, commandLineOf } from "../../../lab/src/rooms/diagnose/copies.ts";
import { readText } from "../../../lab/src/rooms/diagnose/document.ts";
import { sortRows } from "../../../lab/src/rooms/diagnose/sort-rows.ts";
import type { LayerRow } from "../../../src/figures/diagnosis/index.ts";
import { formatNetwork, type LayerSpec, parseNetwork } from "../../../src/networks/index.ts";

describe("the document", () => {
  it("points at a mistake, in the text as it was typed", () => {
    const read = readText("  784-30y-10 tanh");
    expect(read).toMatchObject({ problem: { place: { column: 7, length: 3 } } });
    expect("problem" in read && read.problem.message).toMatch(/^column 7: received "30y", expected a width/);
  });

  it("explains layers that do not fit, which are no single place", () => {
    expect(readText("784-c32 relu")).toMatchObject({
      problem: { place: null, message: expect.stringContaining("expected an image") },
    });
  });

  it.each([
    "784-300x50-10 tanh",
    "cnn:1x28x28-c32k5/2x2-max2-avg2-gap-10 relu init=he",
    "784-300-y300x20-10 tanh sw2=1 sv2=1",
    "resnet:1x28x28-c16-b16x3-b32/2x2-gap-10 relu norm=batch",
    "generator:64-128x7x7-t64-t1",
  ])("shows every layer of %s as a block with its numbers", (text) => {
    const { layers } = parseNetwork(text);
    for (const layer of layers) {
      const { title, detail, numbers } = blockOf(layer);
      expect(title).not.toBe("");
      expect(detail).not.toBe("");
      for (const { key, value } of numbers) expect((layer as Record<string, unknown>)[key]).toBe(value);
    }
  });

  it("edits layers so that the text says the same", () => {
    const spec = parseNetwork("784-300x50-10 tanh sw2=1.5");
    const text = (next: typeof spec): string => formatNetwork(next).replace(/ init.*/, "");
    expect(text(withNumber(spec, 0, "repeat", 20))).toBe("mlp:784-300x20-10 tanh");
    expect(text(withLayer(spec, 0, NEW_LAYERS.dense as LayerSpec))).toBe("mlp:784-300x50-300-10 tanh");
    expect(text(withoutLayer(spec, 0))).toBe("mlp:784-10 tanh");
    expect(text(withMovedLayer(spec, 0, 1))).toBe("mlp:784-10-300x50 tanh");
    expect(withMovedLayer(spec, 0, -1)).toBe(spec);
  });
});

describe("the order of the table", () => {
  const row = (layer: number, name: string, value: number | null, isFlagged = false): LayerRow => ({
    layer,
    isFlagged,
    cells: [
      { text: String(layer), value: layer },
      { text: name, value: null },
      { text: value === null ? "" : String(value), value },
    ],
  });
  const rows = [row(1, "b", 2), row(2, "a", null, true), row(3, "c", 10)];
  const order = (...args: [Parameters<typeof sortRows>[1], string?, boolean?]): number[] =>
    sortRows(rows, args[0], args[1] ?? "", args[2] ?? false).map(({ layer }) => layer);

  it("sorts numbers as numbers and words as words, empty entries last", () => {
    expect(order({ column: 2, direction: "descending" })).toEqual([3, 1, 2]);
    expect(order({ column: 2, direction: "ascending" })).toEqual([1, 3, 2]);
    expect(order({ column: 1, direction: "ascending" })).toEqual([2, 1, 3]);
  });

  it("filters by words and by flag", () => {
    expect(order(null, "C")).toEqual([3]);
    expect(order(null, "", true)).toEqual([2]);
    expect(order(null)).toEqual([1, 2, 3]);
  });
});

describe("what is copied", () => {
  const copied: Copied = {
    network: { kind: "specification", text: "784-300x50-10 tanh" },
    data: { kind: "mnist" },
    examples: 256,
    seeds: 5,
    seed: 0,
  };

  it("leaves defaults out of the command and quotes for a shell", () => {
    expect(commandLineOf(copied)).toBe("isinglass diagnose '784-300x50-10 tanh' --data mnist-sample");
    const file = { kind: "file", text: "my model's.onnx", shapes: "" } as const;
    expect(commandLineOf({ ...copied, network: file, data: { kind: "own" }, examples: 8, seed: 3 })).toBe(
      "isinglass diagnose 'my model'\\''s.onnx' --examples 8 --seed 3",
    );
  });

  it("names noise only where it was asked for", () => {
    const noise = { kind: "noise", shape: [20], isDefault: true } as const;
    expect(commandLineOf({ ...copied, data: noise })).not.toContain("--data");
    expect(commandLineOf({ ...copied, data: { ...noise, isDefault: false } })).toContain("--data noise");
    expect(codeOf({ ...copied, data: noise })).toContain(`"noise:20", { train: 256, test: 0, seed: 0 }`);
  });

  it("imports only what the program uses", () => {
    const model = codeOf({
      ...copied,
      network: { kind: "file", text: "m.onnx", shapes: "input=1,8" },
      data: { kind: "own" },
    });
    expect(model).not.toContain("loadDataset");
    expect(model).toContain(`openModel("m.onnx", { name: "m.onnx", seed: 0, shapes: {"input":[1,8]} })`);
  });
});

describe("amounts of memory", () => {
  it.each([
    [12, "12 bytes"],
    [1536, "1.5 kB"],
    [5 * 2 ** 30, "5 GB"],
    [3000 * 2 ** 30, "3000 GB"],
  ])("writes %d", (bytes, text) => {
    expect(formatBytes(bytes)).toBe(text);
  });
});
