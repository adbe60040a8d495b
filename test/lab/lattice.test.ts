/** The Lattice room in Chromium: the disc under the pointer, the library's numbers, keys, links, files, and browsers that lack things. */
import type { Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { streamOf } from "../../lab/src/rooms/lattice/simulation/stream.ts";
import { formatEstimate, formatNumber } from "../../src/figures/index.ts";
import {
  createModel,
  hyperbolicLattice,
  parseLattice,
  planExact,
  simulateIsing,
} from "../../src/lattice/index.ts";
import { hasChromium } from "../browser/chromium.ts";
import { serveWithoutIsolation } from "./setup/diagnose.ts";
import { findAccessibilityProblems, hashOf, type Lab, saveFigure, startLab } from "./setup/lab.ts";
import {
  drag,
  estimatesOf,
  palette,
  patience,
  pick,
  placeOf,
  ready,
  SMALL,
  still,
  sweepsOf,
  viewport,
} from "./setup/lattice-page.ts";

describe.runIf(hasChromium)("the Lattice room", () => {
  let lab: Lab;
  beforeAll(async () => {
    lab = await startLab({ draws: "software" });
  });
  afterAll(async () => {
    await lab?.close();
    expect(lab?.failures).toEqual([]);
  });

  afterEach(async () => {
    // a page that a failed test left would go on running
    for (const context of lab.browser.contexts()) await context.close();
  });

  it.each(["poincare", "klein"])(
    "%s: the cell under the pointer stays there while it is dragged",
    async (model) => {
      const page = await lab.open(`#lattice?m=${model}`, still);
      await ready(page);
      await expect
        .poll(() => page.locator("canvas.lattice-canvas").getAttribute("data-painter"))
        .toBe("WebGL2");
      const cell = await pick(page, 0.45, 0.35);
      expect(Number(cell)).toBeGreaterThan(0);
      await drag(page, [0.45, 0.35], [-0.3, 0.1]);
      expect(await pick(page, -0.3, 0.1)).toBe(cell);
      await drag(page, [0.6, -0.5], [0.1, 0.2]);
      await drag(page, [0.1, 0.2], [0.6, -0.5]);
      // translations there and back along the same way undo each other
      expect(await pick(page, -0.3, 0.1)).toBe(cell);
      const neighbours = hyperbolicLattice(7, 3, 7);
      const row = neighbours.neighbours.subarray(
        neighbours.offsets[Number(cell)],
        neighbours.offsets[Number(cell) + 1],
      );
      const shown = await page.locator(".lattice-neighbours button").allTextContents();
      expect(shown.map(Number)).toEqual([...row]);
      await page.context().close();
    },
  );

  it("shows the library's numbers to the last digit, and exact values beside them", async () => {
    const page = await lab.open(SMALL, still);
    await ready(page);
    for (let n = 0; n < 3; n++) await palette(page, "Run 100 sweeps");
    await page.locator('.lattice-estimates table[data-measured="260"]').waitFor();
    await page.locator(".lattice-estimates").getByText("Kac-Ward").waitFor({ timeout: 60_000 });
    const shown = await estimatesOf(page);
    const model = createModel(parseLattice("7,3:4"));
    const options = { algorithm: "wolff", start: "disordered", thermalization: 40, sweeps: 260 } as const;
    const run = await simulateIsing(model, 3, streamOf(5, 3), options);
    const exact = planExact(model)?.solve(3);
    const energy = exact?.energy ?? Number.NaN;
    expect(shown["energy u"]?.slice(0, 2)).toEqual([formatEstimate(run.energy), formatNumber(energy)]);
    const deviation = (run.energy.value - energy) / (run.energy.stderr ?? 1);
    expect(shown["energy u"]?.[2]).toBe(`${deviation < 0 ? "−" : "+"}${Math.abs(deviation).toFixed(1)}`);
    expect(Math.abs(deviation)).toBeLessThan(4);
    expect(shown["heat capacity c"]?.[0]).toBe(formatEstimate(run.heatCapacity));
    expect(shown["susceptibility χ"]?.[0]).toBe(formatEstimate(run.susceptibility));
    expect(shown["Binder cumulant"]?.[0]).toBe(formatEstimate(run.binder));
    expect(shown["τ of the energy"]?.[0]).toBe(formatEstimate(run.tauEnergy));
    await page.context().close();
  });

  it("plays, pauses, steps, goes back, and rewinds by the keyboard", async () => {
    const page = await lab.open(`${SMALL}&f=fastest`, { viewport });
    await ready(page);
    // without a wish for less motion it plays by itself
    await expect.poll(() => sweepsOf(page), patience).toBeGreaterThan(20);
    await page.keyboard.press("Space");
    await page.getByRole("button", { name: "Run", exact: true }).waitFor();
    // the digits of the last sweeps are still on their way
    let paused = -1;
    for (let now = await sweepsOf(page); now !== paused; now = await sweepsOf(page)) {
      paused = now;
      await page.waitForTimeout(1000);
    }
    await page.keyboard.press(".");
    await expect.poll(() => sweepsOf(page), patience).toBe(paused + 1);
    const past = page.getByLabel("past of the run");
    await past.focus();
    await page.keyboard.press("Home");
    await page.getByText("sweep 0", { exact: true }).waitFor();
    await page.locator("h1").click();
    await page.keyboard.press("b");
    await expect.poll(() => sweepsOf(page), patience).toBe(0);
    await page.context().close();
  });

  it("takes a temperature by keys and by typing, and refuses words", async () => {
    const page = await lab.open(`${SMALL}&t=3`, still);
    await ready(page);
    const slider = page.getByRole("slider", { name: "temperature T in J / k" });
    await slider.focus();
    await page.keyboard.press("ArrowRight");
    await page.keyboard.press("Shift+ArrowRight");
    await page.keyboard.press("Alt+ArrowRight");
    const typed = page.getByRole("textbox", { name: "temperature T in J / k, typed" });
    await expect.poll(() => typed.inputValue()).toBe("3.111");
    await expect.poll(() => hashOf(page)).toContain("t=3.111");
    await typed.fill("warm");
    await page.keyboard.press("Enter");
    await page.getByText("received warm, expected a number from 0.05 to 100").waitFor();
    await typed.fill("2.5");
    await page.keyboard.press("Enter");
    await expect.poll(() => hashOf(page), patience).toContain("t=2.5");
    await page.goBack();
    await expect.poll(() => typed.inputValue(), patience).toBe("3.111");
    await page.context().close();
  });

  it("a link restores lattice, run and view", async () => {
    const page = await lab.open(
      "#lattice?p=5&q=4&n=4&by=vertex&b=wired&t=3.6&a=wolff&r=11&m=klein&c=layers&d=both",
      still,
    );
    await ready(page);
    await drag(page, [0.3, 0.2], [-0.4, -0.3]);
    const box = await placeOf(page, -0.4, -0.3);
    await page.mouse.move(box.x, box.y);
    await page.mouse.wheel(0, -500);
    // distance, direction, turn and zoom, which the wheel made larger than 1
    const zoomOf = async (): Promise<number> =>
      Number(/v=([\d.,-]+)/.exec(await hashOf(page))?.[1]?.split(",")[3] ?? 1);
    await expect.poll(zoomOf, patience).toBeGreaterThan(1);
    const cell = await pick(page, 0.1, 0.15);
    const hash = await hashOf(page);
    const other = await lab.open(hash, still);
    await ready(other);
    await expect.poll(() => hashOf(other)).toBe(hash);
    expect(await pick(other, 0.1, 0.15)).toBe(cell);
    await expect.poll(() => other.getByRole("radio", { name: "Klein" }).isChecked()).toBe(true);
    await palette(page, "Run 100 sweeps");
    await palette(other, "Run 100 sweeps");
    const measured = (which: Page): Promise<string | null> =>
      which.locator(".lattice-counter").getAttribute("data-sweeps");
    await expect.poll(() => measured(page), patience).toBe("100");
    await expect.poll(() => measured(other), patience).toBe("100");
    const spins = async (which: Page): Promise<unknown> =>
      JSON.parse(String((await saveFigure(which, "tiling-spins", "JSON")).bytes)).data.spins;
    expect(await spins(other)).toEqual(await spins(page));
    await page.context().close();
    await other.context().close();
  });

  it("a square lattice: 512 x 512 at 200 sweeps a second and more, dragged round its torus", async () => {
    const page = await lab.open("#lattice?k=square&l=512&t=2.3&f=fastest", { viewport });
    await ready(page);
    await expect
      .poll(async () => Number(await page.locator(".lattice-counter").getAttribute("data-rate")), {
        timeout: 90_000,
      })
      .toBeGreaterThan(200);
    await page.keyboard.press("Space");
    const site = await pick(page, 0.5, 0.5);
    await drag(page, [0.5, 0.5], [-0.7, 0.1]);
    expect(await pick(page, -0.7, 0.1)).toBe(site);
    await page.locator(".lattice-estimates").getByText("Kaufman, finite torus").waitFor({ timeout: 60_000 });
    await page.context().close();
  });

  it("refuses flat and round tilings, and too many cells, with the reason, and goes on", async () => {
    const page = await lab.open("#lattice?p=4&q=4", still);
    const reason = page.locator(".lattice-controls .reason");
    await expect.poll(() => reason.textContent()).toMatch(/\{4,4\} is euclidean.*What to do/);
    const q = page.getByRole("textbox", { name: "q, cells round a vertex, typed" });
    await q.fill("3");
    await page.keyboard.press("Enter");
    await expect.poll(() => reason.textContent(), patience).toMatch(/\{4,3\} is spherical/);
    await q.fill("5");
    await page.keyboard.press("Enter");
    await reason.waitFor({ state: "detached" });
    await ready(page);
    const layers = page.getByRole("textbox", { name: "layers, typed" });
    await layers.fill("40");
    await page.keyboard.press("Enter");
    await expect
      .poll(() => reason.textContent(), patience)
      .toMatch(/with 40 layers has .* cells .*allowed are 512 MiB.*layers fit/);
    await layers.fill("3");
    await page.keyboard.press("Enter");
    await reason.waitFor({ state: "detached" });
    await page.locator("h1").click();
    await palette(page, "Run 100 sweeps");
    await expect.poll(() => sweepsOf(page), patience).toBe(100);
    await page.context().close();
    const other = await lab.open("#lattice?p=2&a=woolf", still);
    await other.getByText("The address says p=2, expected a whole number from 3 to 40.").waitFor();
    await other.getByText("The address says a=woolf").waitFor();
    await ready(other);
    await other.context().close();
  });

  it.each(["light", "dark"] as const)("has no serious accessibility finding (%s)", async (colorScheme) => {
    const page = await lab.open(SMALL, { ...still, colorScheme });
    await ready(page);
    await palette(page, "Run 100 sweeps");
    await pick(page, 0.4, 0.4);
    expect(await findAccessibilityProblems(page)).toEqual([]);
    await page.context().close();
  });

  it("fits a phone", async () => {
    const page = await lab.open(SMALL, { ...still, viewport: { width: 390, height: 844 } });
    await ready(page);
    await expect
      .poll(() => page.evaluate(() => document.documentElement.scrollWidth))
      .toBeLessThanOrEqual(390);
    await page.context().close();
  });
});

describe.runIf(hasChromium)("the Lattice room in a browser that lacks things", () => {
  let lab: Lab;
  beforeAll(async () => {
    lab = await startLab();
  });
  afterAll(async () => {
    await lab?.close();
  });

  it("without WebGL2 says so, and draws all the same", async () => {
    const context = await lab.browser.newContext(still);
    await context.addInitScript(() => {
      const real = HTMLCanvasElement.prototype.getContext;
      HTMLCanvasElement.prototype.getContext = function (
        this: HTMLCanvasElement,
        kind: string,
        ...rest: unknown[]
      ) {
        return kind.startsWith("webgl") ? null : Reflect.apply(real, this, [kind, ...rest]);
      } as typeof real;
    });
    const page = await context.newPage();
    await page.goto(`${lab.url}${SMALL}`);
    await ready(page);
    await expect
      .poll(() => page.locator("[data-fallback]").textContent())
      .toMatch(/no WebGL2: drawn by the 2D canvas/);
    const cell = await pick(page, 0.45, 0.35);
    await drag(page, [0.45, 0.35], [-0.3, 0.1]);
    expect(await pick(page, -0.3, 0.1)).toBe(cell);
    const colors = await page.locator("canvas.lattice-canvas").evaluate((element) => {
      const { data } = (element as HTMLCanvasElement).getContext("2d")!.getImageData(0, 0, 400, 400);
      const seen = new Set<string>();
      for (let k = 0; k < data.length; k += 4 * 97)
        seen.add(`${data[k]! >> 5} ${data[k + 1]! >> 5} ${data[k + 2]! >> 5}`);
      return seen.size;
    });
    expect(colors).toBeGreaterThan(3);
    await page.context().close();
  });

  it("without shared memory runs as fast", async () => {
    const host = await serveWithoutIsolation();
    const context = await lab.browser.newContext();
    const page = await context.newPage();
    await page.goto(`${host.url}#lattice?k=square&l=256&a=metropolis&f=fastest`);
    await ready(page);
    await expect.poll(() => page.evaluate(() => globalThis.crossOriginIsolated)).toBe(false);
    await expect.poll(() => sweepsOf(page), patience).toBeGreaterThan(500);
    await context.close();
    host.close();
  });
});
