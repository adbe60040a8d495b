/** The Generalise room in Chromium: the library's numbers, samples on request, links, files, mistakes, the keyboard. */
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { prepareTask, solveCurve } from "../../lab/src/rooms/generalise/measure.ts";
import type { CurveRequest } from "../../lab/src/rooms/generalise/types.ts";
import { loadDataset } from "../../src/data/index.ts";
import { formatEstimate, formatNumber } from "../../src/figures/index.ts";
import { loadKernels } from "../../src/kernels/index.ts";
import { hasChromium } from "../browser/chromium.ts";
import { drawn, findAccessibilityProblems, hashOf, type Lab, saveFigure, startLab } from "./setup/lab.ts";
import { readPng } from "./setup/png.ts";

const REQUEST: CurveRequest = {
  task: { kind: "pair", classes: [3, 8] },
  ...{ activation: "erf", depth: 1, width: 8, temperature: 0.2, weightVariance: 1, largest: 24, seed: 1 },
  form: "vanilla",
  sampling: { chains: 2, samples: 16, burnIn: 8 },
};
const HASH = "#generalise?c=3&e=8&w=8&t=0.2&p=24&s=1&m=16&b=8";

describe.runIf(hasChromium)("the Generalise room", () => {
  let lab: Lab;
  beforeAll(async () => {
    lab = await startLab();
  });
  afterAll(async () => {
    await lab?.close();
  });

  const settled = async (page: Page): Promise<string> => {
    const status = page.locator(".job:not(.job-idle):not(.job-loading):not(.job-computing)");
    await status.waitFor({ timeout: 100_000 });
    return (await status.textContent()) ?? "";
  };
  const rowsOf = (page: Page): Promise<string[][]> =>
    page
      .locator(".curve-table tbody tr")
      .evaluateAll((rows) => rows.map((row) => [...row.children].map((cell) => cell.textContent ?? "")));
  /** The rows once every one has its sampled error; the status may be there a moment before the table. */
  const sampledRowsOf = async (page: Page): Promise<string[][]> => {
    const all = (rows: string[][]) =>
      rows.length > 0 && rows.every((row) => Number.parseFloat(row[6] ?? "") > 0);
    await expect.poll(async () => all(await rowsOf(page)), { timeout: 60_000 }).toBe(true);
    return rowsOf(page);
  };
  const type = async (page: Page, name: string | RegExp, text: string): Promise<void> => {
    await page.getByRole("textbox", { name }).fill(text);
    await page.getByRole("textbox", { name }).press("Enter");
  };

  it("shows the library's numbers to the last digit, theory and samples, and keeps them in its link", async () => {
    const algebra = await loadKernels({ threads: 1 });
    const work = {
      algebra,
      openSample: async (options: object) => {
        const { train, test } = await loadDataset("mnist-sample", { test: 500, ...options });
        return { train, test: test as typeof train };
      },
    };
    const answer = await solveCurve(REQUEST, await prepareTask(REQUEST, work), work);
    const expected = answer.points.map(({ examples, infiniteWidth, finiteWidth, q, sampled }) => [
      ...[
        String(examples),
        formatNumber(infiniteWidth.error.value),
        formatNumber(finiteWidth?.error.value ?? Number.NaN),
      ],
      ...[finiteWidth?.bias, finiteWidth?.spread].map((part) => formatNumber(part?.value ?? Number.NaN)),
      formatNumber(q ?? Number.NaN, 4),
      ...[formatEstimate(sampled?.error ?? { value: Number.NaN, stderr: null })],
      formatNumber(sampled?.rHat ?? Number.NaN, 4),
      formatNumber(sampled?.effectiveSamples ?? Number.NaN, 3),
    ]);
    const page = await lab.open(HASH);
    await page.getByLabel("sample the posterior too").check();
    await expect.poll(() => rowsOf(page), { timeout: 60_000 }).toEqual(expected);
    await settled(page);
    await expect.poll(() => hashOf(page)).toContain("h=1");
    const hash = await hashOf(page);
    const other = await lab.open(hash);
    await expect.poll(() => rowsOf(other), { timeout: 60_000 }).toEqual(expected);
    const means = await other.locator("section[aria-label='Means of the kernels'] dd").allTextContents();
    expect(means[0]).toBe(formatNumber(answer.kernels.means.nngp));
    await page.context().close();
    await other.context().close();
  });

  it("follows width and task, and says where the theory was checked", async () => {
    const page = await lab.open(HASH);
    await settled(page);
    await expect.poll(async () => (await rowsOf(page)).length).toBeGreaterThan(0);
    const before = await rowsOf(page);
    await page.getByRole("slider", { name: "width, N" }).focus();
    await page.keyboard.press("PageUp");
    await expect.poll(async () => (await rowsOf(page))[0]?.[2]).not.toBe(before[0]?.[2]);
    expect((await rowsOf(page)).map((row) => row[1])).toEqual(before.map((row) => row[1]));
    await page.getByLabel("task", { exact: true }).selectOption("teacher");
    await page
      .getByLabel("Prediction")
      .getByText(/random teacher of 20 erf units/)
      .waitFor();
    await type(page, "width, N, typed", "300");
    await page.getByText("Inside the region where it was checked").waitFor();
    await type(page, "hidden layers, typed", "3");
    await page.getByText("All weights move").waitFor();
    await page.getByText(/deeper and narrower networks were not sampled/).waitFor();
    await page.context().close();
  });

  it("samples a deep network by all its weights, with R-hat and effective samples, and stops when cancelled", async () => {
    const deep: CurveRequest = {
      ...REQUEST,
      task: { kind: "teacher", inputs: 8, units: 4, noise: 0.1 },
      ...{ activation: "relu", depth: 2, width: 6, largest: 12 },
      sampling: { chains: 2, samples: 16, burnIn: 8 },
    };
    const work = {
      algebra: await loadKernels({ threads: 1 }),
      openSample: () => Promise.reject(new Error("a teacher has no sample")),
    };
    const { points } = await solveCurve(deep, await prepareTask(deep, work), work);
    const page = await lab.open("#generalise?d=teacher&i=8&k=4&a=relu&l=2&w=6&t=0.2&p=12&s=1&m=16&b=8&h=1");
    await settled(page);
    const shown = (await sampledRowsOf(page)).map((row) =>
      row.slice(6).map((text) => Number.parseFloat(text)),
    );
    expect(shown).toHaveLength(points.length);
    points.forEach(({ sampled }, i) => {
      const [error = Number.NaN, rHat = Number.NaN, effective = Number.NaN] = shown[i] ?? [];
      const { value = Number.NaN, stderr } = sampled?.error ?? {};
      // processors sum in another order, and trajectories that differ in a last digit part
      expect(Math.abs(error - value)).toBeLessThan(5 * (stderr ?? 0));
      expect(rHat).toBeGreaterThan(0.9);
      expect(effective).toBeGreaterThan(0.5);
    });
    await page.getByText(/Samples: Hamiltonian Monte Carlo of all weights, 2 chains of 16/).waitFor();
    await expect
      .poll(() => page.locator("[data-figure=generalization] svg circle").count())
      .toBe(points.length);
    expect(await findAccessibilityProblems(page)).toEqual([]);
    await type(page, "training examples, P, typed", "100");
    await page.getByText("More settings").click();
    await page.getByLabel("sampler", { exact: true }).selectOption("langevin");
    await type(page, "states kept of each chain, typed", "5000");
    await page.getByText(/Sampling, \d+ examples.*\d+ %/).waitFor({ timeout: 60_000 });
    await page.getByRole("button", { name: "Cancel" }).click();
    await page.getByText("Cancelled; what is shown is a part").waitFor({ timeout: 2000 });
    await expect.poll(() => hashOf(page)).toContain("y=langevin");
    await page.context().close();
  });

  it("shows infinite width alone beside samples when there are biases", async () => {
    const page = await lab.open("#generalise?d=teacher&i=8&k=4&a=relu&w=6&t=0.2&p=12&s=1&m=16&b=8&h=1&u=0.3");
    await settled(page);
    const rows = await sampledRowsOf(page);
    expect(rows.map((row) => [row[2], row[5]])).toEqual(rows.map(() => ["", ""]));
    await page.getByText("With biases theory is known here at infinite width only").waitFor();
    await page.getByText("of all weights and biases, 2 chains of 16").waitFor();
    await expect
      .poll(() => page.locator("[data-figure=generalization] svg circle").count())
      .toBe(rows.length);
    expect(await findAccessibilityProblems(page)).toEqual([]);
    await page.context().close();
  });

  it("stops sampling when cancelled, with what it has", async () => {
    const page = await lab.open("#generalise?w=60&p=200&m=4000&h=1");
    await page.getByText(/Sampling, \d+ examples.*\d+ %/).waitFor({ timeout: 60_000 });
    await page.getByRole("button", { name: "Cancel" }).click();
    await page.getByText("Cancelled; what is shown is a part").waitFor({ timeout: 2000 });
    await expect.poll(() => page.locator("[data-figure=generalization] svg[data-figure]").count()).toBe(1);
    await page.context().close();
  });

  it("saves figures whose files hold what is shown", async () => {
    const page = await lab.open(HASH);
    await settled(page);
    for (const name of ["generalization", "kernel-spectrum", "width-curve", "nngp-map", "ntk-map"])
      await page.locator(`[data-figure='${name}'] svg[data-figure]`).waitFor();
    await drawn(page);
    const svg = (await saveFigure(page, "ntk-map", "SVG, dark")).bytes.toString();
    expect(svg).toContain("Kernel of the gradients");
    const png = readPng((await saveFigure(page, "kernel-spectrum", "PNG 1×, light")).bytes);
    expect(png.width).toBe(720);
    const csv = (await saveFigure(page, "generalization", "CSV")).bytes.toString().trim().split("\n");
    expect(csv[0]).toBe("examples,infinite width,finite width,sampled,stderr");
    const rows = await rowsOf(page);
    expect(csv).toHaveLength(rows.length + 1);
    expect(formatNumber(Number(csv[1]?.split(",")[2]))).toBe(rows[0]?.[2]);
    const json = JSON.parse((await saveFigure(page, "nngp-map", "JSON")).bytes.toString());
    expect(json.parameters).toEqual({ ...REQUEST, sampling: null });
    await page.context().close();
  });

  it("says what is wrong and what to do", async () => {
    const page = await lab.open(HASH);
    await settled(page);
    await type(page, "training examples, P, typed", "0");
    await page.getByText("received 0, expected a whole number from 1 to 600").waitFor();
    await type(page, "training examples, P, typed", "500");
    await page.getByText(/P = 500, and the sample has 400 examples/).waitFor();
    await type(page, "training examples, P, typed", "40");
    await page.getByRole("combobox", { name: "activation" }).fill("erv");
    await expect.poll(() => page.locator(".expression .problem").textContent()).toContain('"erf"');
    await page.getByRole("combobox", { name: "activation" }).fill("linear");
    await page.getByLabel("task", { exact: true }).selectOption("teacher");
    await type(page, "inputs, N₀, typed", "12");
    await type(page, "temperature, T, typed", "0");
    await page.locator(".job .reason").waitFor();
    await expect.poll(() => page.locator(".job .reason").textContent()).toMatch(/singular|rank/);
    await type(page, "temperature, T, typed", "0.1");
    expect(await settled(page)).toContain("Done");
    await page.context().close();
  });

  it("works by keyboard alone, and has no serious accessibility problem", async () => {
    const page = await lab.open(HASH);
    await settled(page);
    await page.locator("main").focus();
    await page.keyboard.press("+");
    await expect.poll(() => page.getByRole("textbox", { name: "width, N, typed" }).inputValue()).toBe("16");
    await page.keyboard.press(" ");
    await expect.poll(() => page.getByLabel("sample the posterior too").isChecked()).toBe(true);
    await page.keyboard.press("r");
    await expect.poll(() => hashOf(page)).toBe("#generalise");
    await settled(page);
    expect(await findAccessibilityProblems(page)).toEqual([]);
    await page.context().close();
  });

  it("had no uncaught error, and asked nobody else", () => {
    expect(lab.failures).toEqual([]);
  });
});
