/** The scan of temperatures in Chromium: points beside the exact curve, the library's numbers, cancel, files. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { temperaturesAround } from "../../lab/src/rooms/lattice/scan/temperatures.ts";
import { streamOf } from "../../lab/src/rooms/lattice/simulation/stream.ts";
import { createModel, parseLattice, SQUARE_TC, simulateIsing } from "../../src/lattice/index.ts";
import { hasChromium } from "../browser/chromium.ts";
import { findAccessibilityProblems, type Lab, saveFigure, startLab } from "./setup/lab.ts";
import { palette, patience, ready, still } from "./setup/lattice-page.ts";

const SQUARE = "#lattice?k=square&l=16&r=3&w=50&g=5&y=400";

describe.runIf(hasChromium)("the scan of the Lattice room", () => {
  let lab: Lab;
  beforeAll(async () => {
    lab = await startLab();
  });
  afterAll(async () => {
    await lab?.close();
    expect(lab?.failures).toEqual([]);
  });
  afterEach(async () => {
    for (const context of lab.browser.contexts()) await context.close();
  });

  it("measures round the transition what the library measures, with errors, and saves it", async () => {
    const page = await lab.open(SQUARE, still);
    await ready(page);
    await page.getByRole("button", { name: "Scan round where it orders" }).click();
    await page.locator('[data-scanned="5"]').waitFor({ timeout: 60_000 });
    const temperatures = temperaturesAround(SQUARE_TC, 5);
    const outcome = await page.locator("[data-scanned]").textContent();
    expect(outcome).toContain(
      `5 of 5 temperatures from ${temperatures[0]} to ${temperatures[4]}, 400 sweeps each`,
    );
    const model = createModel(parseLattice("square:16"));
    // the figure is drawn in turns after the last point came: three panels
    const points = page.locator('.frame[data-figure="ising-scan"] svg circle');
    await expect.poll(() => points.count(), patience).toBe(15);
    const rows = String((await saveFigure(page, "ising-scan", "CSV")).bytes)
      .trim()
      .split(/\r?\n/)
      .slice(1)
      .map((line) => line.split(",").map(Number));
    expect(rows).toHaveLength(5);
    for (const [k, row] of rows.entries()) {
      const T = temperatures[k] as number;
      const options = { algorithm: "wolff", start: "ordered", thermalization: 50, sweeps: 400 } as const;
      const run = await simulateIsing(model, T, streamOf(3, T), options);
      const { magnetization: m, energy: u, heatCapacity: c } = run;
      const expected = [T, m.value, m.stderr, u.value, u.stderr, c.value, c.stderr] as number[];
      expect(row).toHaveLength(expected.length);
      // browsers and Node round powers in another last digit
      for (const [j, x] of expected.entries())
        expect(Math.abs((row[j] as number) / x - 1)).toBeLessThan(1e-12);
    }
    const svg = String((await saveFigure(page, "ising-scan", "SVG, light")).bytes);
    expect(svg.match(/<circle /g)).toHaveLength(15);
    await palette(page, "Copy the command of the scan");
    await expect
      .poll(() => page.evaluate(() => navigator.clipboard.readText()), patience)
      .toBe(
        `isinglass ising --lattice square:16 --temperatures ${temperatures.join(",")} --algorithm wolff --start ordered --sweeps 400 --thermalization 50 --seed 3`,
      );
    expect(await findAccessibilityProblems(page)).toEqual([]);
  });

  it("is begun and cancelled by keys, and keeps the points that it has", async () => {
    const page = await lab.open("#lattice?k=square&l=128&g=101&y=1000", still);
    await ready(page);
    await page.locator("h1").click();
    await page.keyboard.press("t");
    const progress = page.getByRole("progressbar", { name: "progress of the scan" });
    await progress.waitFor({ timeout: 60_000 });
    // one temperature is done
    await expect
      .poll(() => progress.evaluate((bar) => (bar as HTMLProgressElement).position), { timeout: 60_000 })
      .toBeGreaterThan(1 / 101);
    await page.keyboard.press("t");
    await page.locator("[data-scanned]").waitFor();
    const count = Number(await page.locator("[data-scanned]").getAttribute("data-scanned"));
    expect(count).toBeGreaterThanOrEqual(1);
    expect(count).toBeLessThan(101);
    await page.getByText("Cancelled; what is shown is a part.").waitFor();
    await page.getByRole("button", { name: "Scan round where it orders" }).waitFor();
  });

  it("ends when another lattice is chosen", async () => {
    const page = await lab.open("#lattice?n=5&g=9&y=100000", still);
    await ready(page);
    await page.locator("h1").click();
    await page.keyboard.press("t");
    await page.getByRole("progressbar", { name: "progress of the scan" }).waitFor({ timeout: 60_000 });
    await page.getByRole("radio", { name: "wired, all up" }).click({ force: true });
    await page.getByText("With heat bath, each from a cold start.").waitFor();
    await expect
      .poll(() => page.getByRole("progressbar", { name: "progress of the scan" }).count(), patience)
      .toBe(0);
  });
});
