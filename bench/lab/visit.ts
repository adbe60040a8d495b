/** How a page is visited and moved. */
import type { Browser, Page } from "playwright-core";

/** Cold visits and repetitions; the median counts. */
export const ROUNDS = 5;

/** A visit with empty storage and caches. */
export async function visit<T>(
  browser: Browser,
  address: string,
  work: (page: Page) => Promise<T>,
): Promise<T> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
  try {
    const page = await context.newPage();
    await page.goto(address);
    await page.locator(".room h1").waitFor();
    return await work(page);
  } finally {
    await context.close();
  }
}

/** Does it so often, one after another. */
export async function repeat<T>(times: number, work: () => Promise<T>): Promise<T[]> {
  const results: T[] = [];
  for (let i = 0; i < times; i++) results.push(await work());
  return results;
}

/** Drags in a circle with one move a frame's time: the cross-hair of the phase diagram, or something else. */
export async function drag(page: Page, milliseconds: number, what = ".plane"): Promise<void> {
  const box = await page.locator(what).first().boundingBox();
  if (box === null) throw new Error(`${what} is not there`);
  const [x, y, r] = [box.x + box.width / 2, box.y + box.height / 2, Math.min(box.width, box.height) / 5];
  await page.mouse.move(x + r, y);
  await page.mouse.down();
  const started = Date.now();
  while (Date.now() - started < milliseconds) {
    const angle = ((Date.now() - started) / 1000) * Math.PI;
    await page.mouse.move(x + r * Math.cos(angle), y + r * Math.sin(angle));
    await page.waitForTimeout(8);
  }
  await page.mouse.up();
}
