/** Sweeps a second of an Ising lattice in the tab. */
import type { Browser } from "playwright-core";
import { type Row, row } from "./rows.ts";
import { ROUNDS, visit } from "./visit.ts";

/** Metropolis and heat bath. */
export async function measureIsing(browser: Browser, base: string): Promise<Row[]> {
  const rates = async (algorithm: string): Promise<number[]> =>
    visit(browser, `${base}#lattice?k=square&l=512&t=2.269185&a=${algorithm}&f=fastest&w=0`, async (page) => {
      const counter = page.locator(".lattice-counter");
      await page.locator(".lattice-counter[data-rate]").waitFor();
      const found: number[] = [];
      for (let i = 0; i < ROUNDS; i++) {
        await page.waitForTimeout(1500);
        found.push(Number(await counter.getAttribute("data-rate")));
      }
      return found;
    });
  return [
    row("Ising 512 x 512, Metropolis", await rates("metropolis"), "sweeps/s", [">=", 200]),
    row("Ising 512 x 512, heat bath", await rates("heat-bath"), "sweeps/s", [">=", 200]),
  ];
}
