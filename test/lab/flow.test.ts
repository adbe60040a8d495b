/** The Flow room in Chromium: growing results, the library's numbers, cancel, pins, links, files, mistakes, the keyboard. */
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { measureFlow } from "../../lab/src/rooms/flow/measure.ts";
import type { FlowRequest } from "../../lab/src/rooms/flow/types.ts";
import { loadDataset } from "../../src/data/index.ts";
import { hasChromium } from "../browser/chromium.ts";
import { serveWithoutIsolation } from "./setup/diagnose.ts";
import { drawn, findAccessibilityProblems, hashOf, type Lab, saveFigure, startLab } from "./setup/lab.ts";
import { readPng } from "./setup/png.ts";

const SMALL = "784-30x4-10 tanh sw2=1.5 sb2=0.05";
const REQUEST: FlowRequest = {
  network: SMALL,
  ...{ seed: 4, draws: 1, batches: 10, batch: 32, rate: 0.003, testBatch: 30 },
};
const placeOf = (network: string, rest = "&m=10&k=32&t=30&s=4"): string =>
  `#flow?n=${encodeURIComponent(network)}${rest}`;

describe.runIf(hasChromium)("the Flow room", () => {
  let lab: Lab;
  beforeAll(async () => {
    lab = await startLab();
  });
  afterAll(async () => {
    await lab?.close();
  });

  const settled = async (page: Page): Promise<string> => {
    const status = page.locator(".flow-status .job:not(.job-idle):not(.job-loading):not(.job-computing)");
    await status.waitFor({ timeout: 100_000 });
    return (await status.textContent()) ?? "";
  };
  const train = async (page: Page): Promise<string> => {
    await page.getByRole("button", { name: "Train the decoders" }).click();
    return settled(page);
  };
  const tableOf = async (page: Page, figure: string): Promise<string[][]> => {
    const frame = page.locator(`[data-figure="${figure}"].frame`);
    await frame.locator("svg[data-figure]").waitFor();
    await drawn(page);
    await frame.getByRole("button", { name: "Table" }).click();
    const rows = await frame
      .locator("tbody tr")
      .evaluateAll((all) => all.map((row) => [...row.children].map((cell) => cell.textContent ?? "")));
    await frame.getByRole("button", { name: "Table" }).click();
    return rows;
  };

  it("shows the library's numbers, also after its link was opened elsewhere and without shared memory", async () => {
    const { train: images, test } = await loadDataset("mnist-sample");
    const { result } = await measureFlow(REQUEST, { train: images, test: test as typeof images });
    const page = await lab.open(placeOf(SMALL));
    await train(page);
    const headline = await page.locator(".verdict h2").textContent();
    expect(headline).toBe(result.verdict.headline);
    // the curve of the theory comes last, with its column
    await expect.poll(async () => (await tableOf(page, "flow-curve"))[1]?.at(-1)).not.toBe("");
    const rows = await tableOf(page, "flow-curve");
    expect(rows).toHaveLength(result.layers.filter(({ isCounted }) => isCounted).length);
    for (const [depth, row] of rows.entries()) {
      const { gram, forward } = result.layers[depth] as (typeof result.layers)[number];
      // decoders are float32 and processors round differently: the four digits of the verdict agree
      expect(Number(row[1]) / gram.value).toBeCloseTo(1, 4);
      expect(Number(row[3]) / forward.value).toBeCloseTo(1, 4);
    }
    const host = await serveWithoutIsolation();
    const other = await lab.browser.newPage();
    onTestFinished(async () => {
      await other.close();
      host.close();
    });
    await other.goto(`${host.url}${await hashOf(page)}`);
    await settled(other);
    await expect.poll(() => other.evaluate(() => globalThis.crossOriginIsolated)).toBe(false);
    await expect.poll(() => other.getByText("does not allow shared memory").count()).toBe(1);
    await expect.poll(() => tableOf(other, "flow-curve"), { timeout: 30_000 }).toEqual(rows);
    await page.context().close();
  });

  it("grows depth by depth, stops when cancelled, and goes on with other settings", async () => {
    const page = await lab.open(placeOf("784-100x30-10 tanh sw2=1.5 sb2=0.05", "&m=400&t=30"));
    await page.getByRole("button", { name: "Train the decoders" }).click();
    await page.getByText(/Measured so far: [1-9]\d* of 31 blocks/).waitFor({ timeout: 60_000 });
    await page.locator("[data-figure='reconstructions'] svg image").nth(1).waitFor();
    await expect.poll(() => page.locator(".flow-status").textContent()).toMatch(/layer \d+ of 31.*\d+ %/);
    await page.getByRole("button", { name: "Cancel" }).click();
    await page.getByText("Cancelled; what is shown is a part").waitFor({ timeout: 2000 });
    await expect.poll(() => page.locator(".verdict").textContent()).toContain("of 31 blocks");
    await page.getByRole("combobox", { name: "network" }).fill(SMALL);
    await page.getByRole("textbox", { name: "minibatches for the decoders, typed" }).fill("5");
    await page.getByRole("textbox", { name: "minibatches for the decoders, typed" }).press("Enter");
    await page.getByText("Settings have changed").waitFor();
    await page.getByRole("button", { name: "Train again" }).click();
    await settled(page);
    await expect.poll(() => page.locator(".verdict").textContent()).toContain("of 5 blocks");
    await expect.poll(() => page.getByText("Settings have changed").count()).toBe(0);
    await page.context().close();
  });

  it("compares pinned networks, and measures those of a link", async () => {
    const page = await lab.open(placeOf(SMALL));
    await train(page);
    await page.getByRole("button", { name: "Pin", exact: true }).click();
    await page.getByRole("textbox", { name: /weight variance.*typed/ }).fill("3");
    await page.getByRole("textbox", { name: /weight variance.*typed/ }).press("Enter");
    await expect
      .poll(() => page.getByRole("combobox", { name: "network" }).inputValue())
      .toBe(SMALL.replace("1.5", "3"));
    await page.getByRole("button", { name: "Pin", exact: true }).click();
    await expect
      .poll(() => page.locator(".pins li").allTextContents())
      .toEqual([
        expect.stringMatching(/σ_w² = 1\.5.*measured/),
        expect.stringMatching(/σ_w² = 3.*not measured/),
      ]);
    const other = await lab.open(await hashOf(page));
    await other.getByRole("button", { name: "Measure the missing ones" }).click();
    await expect.poll(() => other.getByText("not measured").count(), { timeout: 60_000 }).toBe(0);
    const rows = await tableOf(other, "flow-overlay");
    expect(rows[0]).toHaveLength(3);
    await page.goBack();
    await expect.poll(() => page.locator(".pins li").count()).toBe(1);
    await page.context().close();
    await other.context().close();
  });

  it("saves figures whose files hold what is shown", async () => {
    const page = await lab.open(placeOf(SMALL));
    await train(page);
    await page.locator("[data-figure='spectra-forward'] svg[data-figure]").waitFor();
    await drawn(page);
    const svg = await saveFigure(page, "flow-curve", "SVG, light");
    expect(svg.bytes.toString()).toContain(SMALL);
    const png = readPng((await saveFigure(page, "reconstructions", "PNG 2×, light")).bytes);
    expect(png.width).toBe(1440);
    expect(png.texts.Title).toContain("each depth");
    const csv = (await saveFigure(page, "flow-curve", "CSV")).bytes.toString().trim().split("\n");
    expect(csv[0]).toBe("depth,S reconstructed,stderr,S forward,stderr of forward,S forward theory");
    expect(csv).toHaveLength(7);
    const json = JSON.parse((await saveFigure(page, "spectra-reconstructed", "JSON")).bytes.toString());
    expect(json.parameters).toEqual(REQUEST);
    expect(json.data.layers).toHaveLength(6);
    await page.context().close();
  });

  it("marks the depth under the pointer or the reading cursor in every figure of depths", async () => {
    const page = await lab.open(placeOf(SMALL));
    await train(page);
    await page.locator("[data-figure='spectra-forward'] svg[data-figure]").waitFor();
    await drawn(page);
    const marked = () =>
      page
        .locator("figure:has(.axis-marker)")
        .evaluateAll((frames) =>
          frames.map((frame) => [
            (frame as HTMLElement).dataset.figure,
            frame.querySelector(".axis-marker")?.getAttribute("data-value"),
          ]),
        );
    const everywhere = (depth: string) =>
      ["flow-curve", "reconstructions", "spectra-reconstructed", "spectra-forward"].map((name) => [
        name,
        depth,
      ]);
    await page.locator("[data-figure='flow-curve'] .plot").focus();
    for (let i = 0; i < 3; i++) await page.keyboard.press("ArrowRight");
    await expect.poll(marked).toEqual(everywhere("2"));
    await page.keyboard.press("Tab");
    await expect.poll(marked).toEqual([]);
    const image = page.locator("[data-figure='reconstructions'] svg image").nth(3);
    await image.scrollIntoViewIfNeeded();
    await image.hover();
    await expect.poll(marked).toEqual(everywhere("3"));
    await page.mouse.move(2, 2);
    await expect.poll(marked).toEqual([]);
    await page.context().close();
  });

  it("draws values on a logarithmic axis by a key or a button, says so, and keeps it in the address", async () => {
    const page = await lab.open(placeOf(SMALL));
    await train(page);
    const frame = page.locator("[data-figure='flow-curve'].frame");
    const button = frame.getByRole("button", { name: "Log scale of the values" });
    await expect.poll(() => button.getAttribute("aria-pressed")).toBe("false");
    await drawn(page);
    await frame.locator(".plot").focus();
    await page.keyboard.press("l");
    await expect.poll(() => button.getAttribute("aria-pressed")).toBe("true");
    await expect
      .poll(() => frame.locator("output.reading").textContent())
      .toBe("The value axis is logarithmic now.");
    await expect.poll(() => hashOf(page)).toContain("lg=flow-curve");
    const { bytes } = await saveFigure(page, "flow-curve", "SVG, light");
    expect(bytes.toString()).not.toContain("NaN");
    const other = await lab.open(await hashOf(page));
    await settled(other);
    const pressed = other.locator("[data-figure='flow-curve'].frame button[aria-pressed=true]");
    await pressed.waitFor();
    await pressed.click();
    await expect.poll(() => hashOf(other)).not.toContain("lg=");
    await page.context().close();
    await other.context().close();
  });

  it("says what is wrong and what to do", async () => {
    const page = await lab.open(placeOf(SMALL));
    const network = page.getByRole("combobox", { name: "network" });
    await network.fill("784-30x4-10 tnh");
    const problem = page.locator(".expression .problem");
    await expect.poll(() => problem.textContent()).toContain('"tanh"');
    await expect.poll(() => network.getAttribute("aria-invalid")).toBe("true");
    await network.fill("100-30-10 tanh");
    expect(await train(page)).toMatch(/takes 100 values, expected 784.*Begin a dense network with 784/);
    await network.fill("784-30x20-10 relu sw2=100000 sb2=0");
    expect(await train(page)).toMatch(/expected a finite number.*weight variance/);
    await network.fill(SMALL);
    await page.getByText("More settings").click();
    await page.getByRole("textbox", { name: "examples in a minibatch, typed" }).fill("0");
    await page.getByRole("textbox", { name: "examples in a minibatch, typed" }).press("Enter");
    await page.getByText("received 0, expected a whole number from 2 to 2000").waitFor();
    await page.getByRole("textbox", { name: "examples in a minibatch, typed" }).fill("32");
    await page.getByRole("textbox", { name: "examples in a minibatch, typed" }).press("Enter");
    expect(await train(page)).toContain("Done");
    await page.context().close();
  });

  it("works by keyboard alone, and has no serious accessibility problem", async () => {
    const page = await lab.open(placeOf(SMALL));
    await page.keyboard.press(" ");
    await settled(page);
    await page.keyboard.press("p");
    await expect.poll(() => page.locator(".pins li").count()).toBe(1);
    await page.getByRole("slider", { name: /depth/ }).focus();
    await page.keyboard.press("ArrowRight");
    await expect.poll(() => page.getByRole("combobox", { name: "network" }).inputValue()).toContain("30x5");
    await page.keyboard.press("Shift+ArrowRight");
    await expect.poll(() => page.getByRole("combobox", { name: "network" }).inputValue()).toContain("30x15");
    await page.locator("[data-figure='flow-curve'] [tabindex='0']").first().focus();
    await page.keyboard.press("ArrowRight");
    expect(await findAccessibilityProblems(page)).toEqual([]);
    await page.context().close();
  });

  it("had no uncaught error, and asked nobody else", () => {
    expect(lab.failures).toEqual([]);
  });
});
