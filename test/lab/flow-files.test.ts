/** Dropped models and data in the Flow room: the library's numbers, refusals that name nodes, large files, links. */
import { closeSync, ftruncateSync, openSync, readFileSync, rmSync, writeFileSync, writeSync } from "node:fs";
import { join, resolve } from "node:path";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { spread } from "../../lab/src/data/excerpt.ts";
import { measureFlow } from "../../lab/src/rooms/flow/measure.ts";
import { openData } from "../../lab/src/rooms/flow/open.ts";
import type { FlowRequest } from "../../lab/src/rooms/flow/types.ts";
import { loadDataset } from "../../src/data/index.ts";
import { GraphBuilder, one, relu, tensorOf, toOnnx, type Value } from "../../src/engine/index.ts";
import { createStream } from "../../src/numerics/index.ts";
import { hasChromium, temporaryFolder } from "../browser/chromium.ts";
import { dropFile, longestTask } from "./setup/diagnose.ts";
import { copiedBy, drawn, findAccessibilityProblems, hashOf, type Lab, startLab } from "./setup/lab.ts";

const fixture = (name: string): string => resolve(import.meta.dirname, "../fixtures/models", name);
const SETTINGS = { seed: 2, draws: 1, batches: 8, batch: 16, rate: 0.003, testBatch: 20 } as const;
const HASH = "#flow?m=8&k=16&t=20&s=2";

describe.runIf(hasChromium)("files dropped into the Flow room", () => {
  const folder = temporaryFolder();
  let lab: Lab;
  beforeAll(async () => {
    lab = await startLab();
  });
  afterAll(async () => {
    await lab?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const file = (path: string): File =>
    new File([readFileSync(path)], path.split("/").at(-1) as string, { lastModified: 0 });
  const openSample = async () => {
    const { train, test } = await loadDataset("mnist-sample");
    return { train, test: test as typeof train };
  };
  const train = async (page: Page): Promise<string> => {
    const button = page.getByRole("button", { name: "Train the decoders" });
    await expect.poll(() => button.isEnabled()).toBe(true);
    await button.click();
    const status = page.locator(".flow-status .job:not(.job-idle):not(.job-loading):not(.job-computing)");
    await status.waitFor({ timeout: 100_000 });
    return (await status.textContent()) ?? "";
  };
  const headline = (page: Page): Promise<string | null> =>
    page.locator(".verdict h2").textContent({ timeout: 30_000 });
  /** Expects a measured page to show what the library finds for a request. */
  const expectSame = async (page: Page, request: FlowRequest): Promise<void> => {
    const { result } = await measureFlow(request, await openData(request, openSample));
    await expect.poll(() => headline(page)).toBe(result.verdict.headline);
    const frame = page.locator('[data-figure="flow-curve"].frame');
    await drawn(page);
    await frame.getByRole("button", { name: "Table" }).click();
    const counted = result.layers.filter(({ isCounted }) => isCounted);
    // the whole curve is drawn a moment after the last depth
    await expect.poll(() => frame.locator("tbody tr").count()).toBe(counted.length);
    const shown = await frame
      .locator("tbody tr")
      .evaluateAll((rows) => rows.map((row) => Number(row.children[1]?.textContent)));
    shown.forEach((value, depth) => {
      expect(value / (counted[depth]?.gram.value ?? 0)).toBeCloseTo(1, 3);
    });
    await expect.poll(() => page.locator(".data-note").textContent()).toContain(result.data.provenance[0]);
  };
  const copied = (page: Page, what: string): Promise<string> =>
    copiedBy(page, async () => {
      await page.getByRole("button", { name: "Copy", exact: true }).click();
      await page.getByRole("menuitem", { name: what }).click();
    });

  it("are a chain whose numbers are the library's, and a link asks for the file", async () => {
    const page = await lab.open(HASH);
    await dropFile(page, ".flow", fixture("mlp.onnx"));
    await page.getByText("All 10 nodes are supported").waitFor();
    await expect.poll(() => page.getByRole("slider", { name: /weight variance/ }).isDisabled()).toBe(true);
    expect(await train(page)).toContain("Done");
    const model = { file: file(fixture("mlp.onnx")), shapes: "" };
    await expectSame(page, { network: "mlp.onnx", ...SETTINGS, model });
    expect(await copied(page, "Command line")).toMatch(/^isinglass flow 'mlp.onnx' --data mnist-sample /);
    expect(await copied(page, "Library code")).toContain('fromOnnx("mlp.onnx", { batch: 2 })');
    expect(await findAccessibilityProblems(page)).toEqual([]);
    const other = await lab.open(await hashOf(page));
    await expect.poll(() => other.locator(".missing-file").textContent()).toContain("Drop mlp.onnx here");
    await expect
      .poll(() => other.getByRole("button", { name: "Train the decoders" }).isDisabled())
      .toBe(true);
    await other.getByRole("button", { name: "Type a specification instead" }).click();
    await expect.poll(() => other.getByRole("button", { name: "Train the decoders" }).isEnabled()).toBe(true);
    await page.context().close();
    await other.context().close();
  });

  it("are refused when they are no chain, with the node at fault", async () => {
    const path = join(folder, "unet.onnx");
    writeFileSync(path, toOnnx(drawUnet()));
    const page = await lab.open(HASH);
    await dropFile(page, ".flow", path);
    await page.getByText(/All \d+ nodes are supported/).waitFor();
    expect(await train(page)).toMatch(/Not supported.*is no chain of blocks.*join-outer/s);
    await page.getByRole("button", { name: "Ordered" }).click();
    await expect.poll(() => page.getByRole("combobox", { name: "network" }).count()).toBe(1);
    await page.context().close();
  });

  it("are refused node by node when operators are not supported, and as a whole when they are no model", async () => {
    const page = await lab.open(HASH);
    const path = join(folder, "strange.onnx");
    const text = readFileSync(fixture("mlp.onnx")).toString("latin1");
    writeFileSync(path, Buffer.from(text.replace("Tanh", "Tonh"), "latin1"));
    await dropFile(page, ".flow", path);
    await page.getByText("nodes are not supported").waitFor();
    await expect.poll(() => page.locator("table.nodes tbody tr").first().textContent()).toContain("Tonh");
    await expect.poll(() => page.getByRole("button", { name: "Train the decoders" }).isDisabled()).toBe(true);
    const notes = join(folder, "notes.onnx");
    writeFileSync(notes, "These are notes, not a model.\n");
    await dropFile(page, ".flow", notes);
    await expect.poll(() => page.locator(".inspection .reason").textContent()).toContain("notes.onnx");
    await page.context().close();
  });

  it("are data of any size, whose shape has to fit", async () => {
    const page = await lab.open(`${HASH}&n=${encodeURIComponent("6-20x3-2 tanh sw2=1.5")}`);
    const path = join(folder, "points.csv");
    const stream = createStream(7);
    const lines = Array.from({ length: 200 }, () =>
      Array.from({ length: 6 }, () => stream.uniform().toFixed(4)).join(","),
    );
    writeFileSync(path, `${lines.join("\n")}\n`);
    await dropFile(page, ".flow", path);
    await page.getByText(/^points\.csv, /).waitFor();
    expect(await train(page)).toContain("Done");
    const data = { name: "points.csv", file: file(path) };
    await expectSame(page, { network: "6-20x3-2 tanh sw2=1.5", ...SETTINGS, data });
    expect(await copied(page, "Command line")).toContain("--data points.csv");
    await expect
      .poll(() => page.locator(".data-note").textContent())
      .toContain("40 of 200 examples set aside");
    await page.getByRole("combobox", { name: "network" }).fill("7-20x3-2 tanh sw2=1.5");
    expect(await train(page)).toMatch(/takes 7 values, expected 6.*Begin a dense network with 6/s);
    await page.getByRole("button", { name: "Use the sample of MNIST instead" }).click();
    await page.getByRole("combobox", { name: "network" }).fill("784-20x3-2 tanh sw2=1.5");
    expect(await train(page)).toContain("Done");
    await page.context().close();
  });

  it("of half a gigabyte do not freeze the page", async () => {
    const [rows, cols] = [650, 784];
    const count = 1000 * rows;
    const path = join(folder, "large.npy");
    writeSparseImages(path, count, cols);
    const page = await lab.open(`${HASH}&n=${encodeURIComponent("784-20x3-10 tanh sw2=1.5")}`);
    // what draws is loaded now: that takes a while of its own
    expect(await train(page)).toContain("Done");
    await page.locator("[data-figure='spectra-forward'] svg[data-figure]").waitFor();
    await drawn(page);
    const longest = await longestTask(lab.browser, async () => {
      await dropFile(page, ".flow", path);
      await page.getByText("large.npy, 486 MB").waitFor();
      await page.getByRole("button", { name: "Train the decoders" }).click();
      await page.getByText(/Measured so far/).waitFor({ timeout: 60_000 });
    });
    // reading the file would take seconds
    expect(longest).toBeLessThan(500);
    await expect
      .poll(() => page.locator(".data-note").textContent(), { timeout: 60_000 })
      .toContain(`5000 of ${count} examples of large.npy, in 64 runs`);
    await page.context().close();
  });

  it("raised no error and asked nobody else", () => {
    expect(lab.failures).toEqual([]);
  });
});

/** A U-Net of two levels: its skip connection passes by the blocks below. */
function drawUnet() {
  const b = new GraphBuilder("unet");
  let layer = 0;
  const filled = (shape: number[]) =>
    tensorOf(
      "float32",
      shape,
      new Float32Array(shape.reduce((p, n) => p * n, 1)).map((_, i) => Math.sin(i)),
    );
  const conv = (x: Value, channels: number, stride = 1): Value => {
    const weight = b.parameter(filled([channels, x.shape[1] as number, 3, 3]), `w${layer++}`);
    return relu(b, one(b, "Conv", [x, weight], { strides: [stride, stride], pads: [1, 1, 1, 1] }));
  };
  const x = b.input("x", "float32", [2, 1, 28, 28]);
  const first = conv(x, 2);
  const second = conv(first, 4, 2);
  const weight = b.parameter(filled([4, 2, 2, 2]), "up");
  const up = one(b, "ConvTranspose", [second, weight], { strides: [2, 2] });
  const [joined] = b.op("Concat", [up, first], { axis: 1 }, { name: "join-outer" });
  b.output(conv(joined as Value, 1), "y");
  return b.build();
}

/** An npy file of bytes, [count, cols], whose rows are drawn where an excerpt reads and zero elsewhere. */
function writeSparseImages(path: string, count: number, cols: number): void {
  const dictionary = `{'descr': '|u1', 'fortran_order': False, 'shape': (${count}, ${cols}), }`;
  const header = Buffer.concat([
    Buffer.from([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0, 118, 0]),
    Buffer.from(`${dictionary.padEnd(117)}\n`, "latin1"),
  ]);
  const stream = createStream(3);
  const out = openSync(path, "w");
  writeSync(out, header);
  for (const { start, length } of spread(count, 5000)) {
    const bytes = Uint8Array.from({ length: length * cols }, () => Math.floor(256 * stream.uniform()));
    writeSync(out, bytes, 0, bytes.length, header.length + start * cols);
  }
  ftruncateSync(out, header.length + count * cols);
  closeSync(out);
}
