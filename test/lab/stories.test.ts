/** The guided walks in the page: every step by the keyboard, its figures marked, its address, the way back. */
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { stories } from "../../lab/src/rooms/stories/stories.ts";
import { hasChromium } from "../browser/chromium.ts";
import { drawn, hashOf, type Lab, startLab } from "./setup/lab.ts";

const PATIENCE = 120_000;

async function waitForStep(page: Page, title: string, figure: string): Promise<void> {
  await page.getByRole("heading", { name: title, level: 2 }).waitFor();
  await page.locator(`figure.pointed-at[data-figure="${figure}"]`).waitFor({ timeout: PATIENCE });
}

describe.runIf(hasChromium)("stories", () => {
  let lab: Lab;
  beforeAll(async () => {
    lab = await startLab();
  });
  afterAll(() => lab?.close());

  it.each(stories.map(({ key, title, steps }) => ({ key, title, steps })))(
    "$title: five steps by the keyboard",
    async ({ key, title, steps }) => {
      const page = await lab.open("#stories");
      await page.getByRole("button", { name: `Begin: ${title}` }).focus();
      await page.keyboard.press("Enter");
      for (const [i, step] of steps.entries()) {
        await waitForStep(page, step.title, step.figures[0] as string);
        await expect
          .poll(() => hashOf(page))
          .toBe(i === 0 ? `#stories?s=${key}` : `#stories?s=${key}&n=${i + 1}`);
        // the step's own reading begins where the focus is
        if (i > 0) {
          await expect.poll(() => page.evaluate(() => document.activeElement?.textContent)).toBe(step.title);
        }
        await page.keyboard.press("]");
      }
      await page.locator(".story-list").waitFor();
      await page.goBack();
      await page
        .getByRole("heading", { name: (steps[4] as { title: string }).title, level: 2 })
        .first()
        .waitFor();
      await page.context().close();
    },
    8 * PATIENCE,
  );

  it(
    "measures in the tab what its text says",
    async () => {
      const page = await lab.open("#stories?s=cascade&n=2");
      const frame = page.locator('figure.frame[data-figure="flow-curve"]');
      await page
        .getByText(/^Done in/)
        .first()
        .waitFor({ timeout: PATIENCE });
      await drawn(page);
      await frame.getByRole("button", { name: "Table" }).click();
      const rows = await frame.locator("tbody tr").allTextContents();
      const cells = await frame
        .locator("tbody tr")
        .evaluateAll((trs) =>
          trs.map((tr) => [...tr.querySelectorAll("td")].map(({ textContent }) => Number(textContent))),
        );
      expect(rows.length).toBeGreaterThan(20);
      const gram = (depth: number) => cells.find(([at]) => at === depth)?.[1]?.toFixed(2);
      expect([gram(0), gram(10), gram(20)]).toEqual(["0.70", "0.23", "0.10"]);
      await page.context().close();
    },
    2 * PATIENCE,
  );

  it("opens the room of a step with the same state", async () => {
    const page = await lab.open("#stories?s=boundary&n=2");
    await page.locator(".pointed-at").first().waitFor({ timeout: PATIENCE });
    await page.getByRole("link", { name: "Open this room" }).click();
    await page.locator(".room-lattice h1").waitFor();
    await expect.poll(() => hashOf(page)).toBe("#lattice?t=4&c=layers");
    await page.goBack();
    await page.locator(".story").waitFor();
    await page.context().close();
  });

  it("had no uncaught error", () => {
    expect(lab.failures).toEqual([]);
  });
});
