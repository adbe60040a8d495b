/** A value marked in one figure is marked in every figure of the room with the same axis: canvases and drawings alike. */
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { hasChromium } from "../browser/chromium.ts";
import { drawn, type Lab, startLab } from "./setup/lab.ts";

describe.runIf(hasChromium)("figures that share an axis", () => {
  let lab: Lab;
  beforeAll(async () => {
    lab = await startLab();
  });
  afterAll(async () => {
    await lab?.close();
  });

  const painted = (page: Page): Promise<(string | undefined)[]> =>
    page
      .locator("canvas.live-plot")
      .evaluateAll((canvases) => canvases.map((canvas) => (canvas as HTMLElement).dataset.marked));

  it("are the profiles of the Phase room, by pointer and by reading cursor", async () => {
    const page = await lab.open("#phase?n=20&l=20");
    await expect.poll(() => painted(page)).toEqual(["", "", ""]);
    const profile = page.locator("[data-figure='variance'] canvas.live-plot");
    await expect.poll(() => page.locator("[data-number=xiC]").textContent()).not.toBe("");
    await profile.scrollIntoViewIfNeeded();
    const point = async (): Promise<void> => {
      const box = await profile.boundingBox();
      if (box === null) throw new Error("the plot is not on the page");
      // margins of a live plot: 46 at the left, 10 at the right; layer 1 lies at the left end of the axis
      await page.mouse.move(box.x + 46 + (box.width - 56) / 2, box.y + box.height / 2);
    };
    await expect
      .poll(async () => {
        await point(); // what is drawn above may still move it
        return painted(page);
      })
      .toEqual(["", expect.stringMatching(/^1[01]$/), expect.stringMatching(/^1[01]$/)]);
    await page.mouse.move(1, 1);
    await expect.poll(() => painted(page)).toEqual(["", "", ""]);
    await page.locator("[data-figure='correlation'] .plot").focus();
    for (let i = 0; i < 3; i++) await page.keyboard.press("ArrowRight");
    await expect.poll(() => painted(page)).toEqual(["", "3", "3"]);
    await page.context().close();
  });

  it("are those of the Diagnose room, layer by layer", async () => {
    const page = await lab.open(
      `#diagnose?s=${encodeURIComponent("784-40x6-10 tanh sw2=1.5 sb2=0.05")}&n=32&k=2&x=1`,
    );
    const names = ["length", "correlation", "gradient", "residuals"];
    for (const name of names)
      await page.locator(`[data-figure='${name}'] svg[data-figure]`).waitFor({ timeout: 60_000 });
    await page.locator(".run-status .job-done").waitFor({ timeout: 60_000 });
    await drawn(page);
    await page.locator("[data-figure='length'] .plot").focus();
    await page.keyboard.press("ArrowRight");
    await page.keyboard.press("ArrowRight");
    const marked = () =>
      page
        .locator("figure:has(.axis-marker)")
        .evaluateAll((frames) => frames.map((frame) => (frame as HTMLElement).dataset.figure));
    await expect.poll(marked).toEqual(expect.arrayContaining(["length", "correlation", "gradient"]));
    await page.keyboard.press("l");
    await expect
      .poll(() => page.locator("[data-figure='length'] output.reading").textContent())
      .toMatch(/The value axis is (logarithmic|linear) now/);
    await page.context().close();
  });

  it("raised no error and asked nobody else", () => {
    expect(lab.failures).toEqual([]);
  });
});
