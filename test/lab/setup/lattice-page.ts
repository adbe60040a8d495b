/** The Lattice room in a page, as tests move and read it. */
import type { Page } from "playwright-core";

/** Processors draw slowly: a small window. */
export const viewport = { width: 1280, height: 600 } as const;
/** A still page: nothing moves unless it is asked to. */
export const still = { reducedMotion: "reduce", viewport } as const;
export const patience = { timeout: 30_000 } as const;
/** A patch of 85 cells. */
export const SMALL = "#lattice?n=4&r=5&w=40&a=wolff";

/** The first picture is there. */
export const ready = (page: Page): Promise<void> =>
  page.locator(".lattice-counter[data-sweeps]").waitFor({ timeout: 60_000 });
export const sweepsOf = async (page: Page): Promise<number> =>
  Number(await page.locator(".lattice-counter").getAttribute("data-sweeps"));
/** A point of the disc: fractions of its radius, y upward. */
export const placeOf = async (page: Page, x: number, y: number): Promise<{ x: number; y: number }> => {
  const box = await page.locator("canvas.lattice-canvas").boundingBox();
  if (box === null) throw new Error("no canvas");
  const radius = Math.min(box.width, box.height) / 2 - 6;
  return { x: box.x + box.width / 2 + x * radius, y: box.y + box.height / 2 - y * radius };
};
/** Clicks a point of the disc; the cell that was picked. */
export const pick = async (page: Page, x: number, y: number): Promise<string> => {
  // the panel of an earlier pick stays until the worker has told of this one
  const panel = page.locator("[data-picked]");
  const close = panel.getByRole("button", { name: "Close" });
  // without the mouse, which would scroll it into sight
  if ((await close.count()) > 0) await close.evaluate((button) => (button as HTMLButtonElement).click());
  await panel.waitFor({ state: "detached" });
  const at = await placeOf(page, x, y);
  await page.mouse.click(at.x, at.y);
  await panel.waitFor();
  return (await panel.getAttribute("data-picked")) ?? "";
};
export const drag = async (
  page: Page,
  from: readonly [number, number],
  to: readonly [number, number],
): Promise<void> => {
  const a = await placeOf(page, ...from);
  const b = await placeOf(page, ...to);
  await page.mouse.move(a.x, a.y);
  await page.mouse.down();
  for (const t of [0.3, 0.7, 1]) await page.mouse.move(a.x + t * (b.x - a.x), a.y + t * (b.y - a.y));
  await page.mouse.up();
};
/** Chooses a command. */
export const palette = async (page: Page, words: string): Promise<void> => {
  await page.keyboard.press("/");
  await page.getByRole("combobox", { name: "Search commands" }).fill(words);
  await page.locator('.palette-list [aria-selected="true"]', { hasText: words }).waitFor();
  await page.keyboard.press("Enter");
};
/** Cells of the table of estimates by the name of their row. */
export const estimatesOf = (page: Page): Promise<Record<string, string[]>> =>
  page
    .locator(".lattice-estimates table tbody tr")
    .evaluateAll((rows) =>
      Object.fromEntries(
        rows.map((row) => [
          row.querySelector("th")?.textContent ?? "",
          [...row.querySelectorAll("td")].map((cell) => cell.textContent ?? ""),
        ]),
      ),
    );
