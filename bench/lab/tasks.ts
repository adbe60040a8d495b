/** The longest task of the main thread while a room computes. */
import type { Browser } from "playwright-core";
import { type LongestTask, traceTasks } from "./trace.ts";
import { drag, visit } from "./visit.ts";

/** Rooms that compute for some seconds, and how that is begun. */
const COMPUTING: readonly (readonly [name: string, hash: string, key: string | null])[] = [
  ["Phase, a drag", "#phase?n=100", null],
  ["Diagnose, 30 layers", "#diagnose?s=784-200x30-10%20tanh&k=2&n=128", "d"],
  ["Flow, 20 decoders", "#flow", " "],
  ["Generalise, sampling", "#generalise?h=1", null],
  ["Lattice, {7,3}", "#lattice?f=4", null],
  ["Lattice, a drag of {7,3}", "#lattice?f=4", null],
  ["Lattice, 512 x 512", "#lattice?k=square&l=512&t=2.269185&a=metropolis", null],
];
/** How long each is watched. */
const WATCHED = 10_000;

/** One visit a room. */
export async function measureTasks(
  browser: Browser,
  base: string,
): Promise<(LongestTask & { readonly name: string })[]> {
  const found: (LongestTask & { readonly name: string })[] = [];
  for (const [name, hash, key] of COMPUTING) {
    const task = await visit(browser, `${base}${hash}`, async (page) => {
      await page.waitForTimeout(1500); // the room has drawn itself
      return traceTasks(browser, page, async () => {
        if (name.startsWith("Phase")) await drag(page, WATCHED);
        else if (name.startsWith("Lattice, a drag")) await drag(page, WATCHED, ".lattice-canvas");
        else {
          if (key !== null) await page.keyboard.press(key);
          await page.waitForTimeout(WATCHED);
        }
      });
    });
    found.push({ name, ...task });
  }
  return found;
}
