/** What a first visit waits for: the first paint, and the first room. */
import type { Browser } from "playwright-core";
import { type Row, row } from "./rows.ts";
import { ROUNDS, repeat, visit } from "./visit.ts";

/** Cold visits. */
export async function measureFirstPaint(browser: Browser, base: string): Promise<Row[]> {
  const visits = await repeat(ROUNDS, () =>
    visit(browser, base, async (page) => {
      const room = await page.evaluate(() => performance.now());
      const paint = await page.evaluate(
        () => performance.getEntriesByName("first-contentful-paint")[0]?.startTime ?? Number.NaN,
      );
      return { paint, room };
    }),
  );
  return [
    row(
      "first paint, cold",
      visits.map(({ paint }) => paint),
      "ms",
      ["<", 1000],
    ),
    row(
      "first room there, cold",
      visits.map(({ room }) => room),
      "ms",
      ["<", 1000],
    ),
  ];
}
