/** The phase diagram: how soon it is there, and how smoothly it is dragged. */
import type { Browser, Page } from "playwright-core";
import { type Row, row } from "./rows.ts";
import { drag, ROUNDS, repeat, visit } from "./visit.ts";

/** Milliseconds of the marks that the painter leaves. */
export async function measurePhase(browser: Browser, base: string): Promise<Row[]> {
  const wait = (page: Page, count: number): Promise<unknown> =>
    page.waitForFunction((n) => performance.getEntriesByName("phase-full-picture").length >= n, count, {
      timeout: 60_000,
    });
  const read = (page: Page, name: string): Promise<number[]> =>
    page.evaluate((mark) => performance.getEntriesByName(mark).map(({ duration }) => duration), name);
  const times = async (page: Page, which: "first" | "full"): Promise<number[]> =>
    read(page, `phase-${which}-picture`);
  const cold = await repeat(ROUNDS, () =>
    visit(browser, `${base}#phase?n=100`, async (page) => {
      await wait(page, 1);
      return {
        first: (await times(page, "first"))[0] as number,
        full: (await times(page, "full"))[0] as number,
        there: await page.evaluate(() => {
          const [first] = performance.getEntriesByName("phase-first-picture");
          return first === undefined ? Number.NaN : first.startTime + first.duration;
        }),
      };
    }),
  );
  const warm = await visit(browser, `${base}#phase?n=100`, async (page) => {
    await wait(page, 1);
    const found: { first: number[]; full: number[] } = { first: [], full: [] };
    for (let i = 1; i <= ROUNDS; i++) {
      const weight = 4 + i / 10;
      await page.evaluate((to) => {
        location.hash = to;
      }, `#phase?n=100&x=0.5:${weight}`);
      await wait(page, i + 1);
      found.first.push((await times(page, "first")).at(-1) as number);
      found.full.push((await times(page, "full")).at(-1) as number);
    }
    return found;
  });
  const of = (key: "first" | "full" | "there"): number[] => cold.map((visited) => visited[key]);
  const name = "phase diagram of tanh 100 x 100";
  return [
    row(`${name}, first picture`, warm.first, "ms", ["<", 100]),
    row(`${name}, full`, warm.full, "ms", ["<", 1000]),
    row("the same on the first visit, workers starting: first picture", of("first"), "ms", ["<", 100]),
    row("the same on the first visit, workers starting: full", of("full"), "ms", ["<", 1000]),
    row("the same on the first visit, from the navigation on: first picture", of("there"), "ms", ["<", 1000]),
  ];
}

/** Frames while the cross-hair is dragged. */
export async function measureFrames(browser: Browser, base: string): Promise<Row[]> {
  return visit(browser, `${base}#phase?n=100`, async (page) => {
    await page.waitForFunction(() => performance.getEntriesByName("phase-full-picture").length > 0);
    await page.waitForTimeout(1000);
    // as text: tsx would wrap a named function in a helper that the page does not have
    await page.evaluate(`
      window.frameTimes = [];
      requestAnimationFrame(function next(now) {
        window.frameTimes.push(now);
        requestAnimationFrame(next);
      });
    `);
    await drag(page, 4000);
    const frames = await page.evaluate(() => (window as unknown as { frameTimes: number[] }).frameTimes);
    const gaps = frames.slice(1).map((now, i) => now - (frames[i] as number));
    const seconds = ((frames.at(-1) as number) - (frames[0] as number)) / 1000;
    return [
      row("frames while dragging the cross-hair", [gaps.length / seconds], "frames/s", [">=", 55]),
      row("longest gap between two of them", [Math.max(...gaps)], "ms", ["<", 50]),
    ];
  });
}
