/** The report as a reader opens it: from disk, in Chromium, without a request, dark and light, wide and narrow. */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { renderReport } from "../../src/report/index.ts";
import type { Diagnosis } from "../../src/signal/index.ts";
import { sampleDiagnosis, sampleDiagram } from "../report/sample.ts";
import { hasChromium, startChromium, temporaryFolder } from "./chromium.ts";

/** WCAG 2.2 level AA for text. */
const CONTRAST_AA = 4.5;

describe.runIf(hasChromium)("the report in Chromium", () => {
  const folder = temporaryFolder();
  const address = pathToFileURL(join(folder, "report.html")).href;
  const requests: string[] = [];
  const failures: string[] = [];
  let browser: Browser;
  let page: Page;

  beforeAll(async () => {
    mkdirSync(folder, { recursive: true });
    const html = await renderReport({
      diagnosis: withFlag(sampleDiagnosis(12)),
      diagram: sampleDiagram(6),
      invocation: { commandLine: "isinglass diagnose x", version: "0.1.0", environment: [] },
    });
    writeFileSync(join(folder, "report.html"), html);
    ({ browser, page } = await startChromium());
    page.on("request", (request) => requests.push(request.url()));
    page.on("pageerror", (error) => failures.push(error.message));
    page.on("console", (message) => {
      if (message.type() === "error") failures.push(message.text());
    });
  }, 120_000);
  // no test goes on from what another left
  beforeEach(async () => {
    await page.goto(address);
  });
  afterAll(async () => {
    await browser?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it("opens without an error and without a request to anywhere", () => {
    expect(failures).toEqual([]);
    expect(requests.filter((url) => url !== address && !url.startsWith("data:"))).toEqual([]);
  });

  it("shows verdict, numbers and picture on the first screen", async () => {
    await page.setViewportSize({ width: 1280, height: 900 });
    for (const selector of [".verdict", ".numbers", ".first figure svg"]) {
      const box = await page.locator(selector).first().boundingBox();
      expect((box?.y ?? 1e9) + (box?.height ?? 1e9), selector).toBeLessThan(900);
    }
  });

  it("sorts the layer table and marks a layer in the figures", async () => {
    const first = () => page.locator("table.layers tbody tr td").first().textContent();
    await page.locator("table.layers th button").first().click();
    await page.locator("table.layers th button").first().click();
    expect(await first()).toBe("12");
    await page.locator("table.layers tbody tr").first().click();
    expect(await page.locator("svg .chosen").count()).toBeGreaterThanOrEqual(3);
    await page.locator("table.layers tbody tr").first().press("Enter");
    expect(await page.locator("svg .chosen").count()).toBe(0);
  });

  it("shows only flagged layers on demand", async () => {
    const box = page.locator("#flagged-only");
    await box.check();
    expect(await page.locator("table.layers tbody tr:visible td:nth-child(2)").allTextContents()).toEqual([
      "shrinks",
    ]);
    await box.uncheck();
    expect(await page.locator("table.layers tbody tr:visible").count()).toBe(12);
  });

  it.each([
    ["SVG", "gradient.svg", "<svg"],
    ["CSV", "gradient.csv", "layer,gradient theory"],
    ["JSON", "gradient.json", '"columns"'],
    ["PNG", "gradient.png", "PNG"],
  ])("saves a figure as %s", async (kind, name, content) => {
    const waiting = page.waitForEvent("download");
    await page.locator("#figure-gradient button", { hasText: kind }).click();
    const download = await waiting;
    expect(download.suggestedFilename()).toBe(name);
    const text = readFileSync((await download.path()) as string, "latin1");
    expect(text.slice(0, 4000)).toContain(content);
    expect(text).not.toContain("var(--");
  });

  it.each(["light", "dark"] as const)("has enough contrast in %s", async (colorScheme) => {
    await page.emulateMedia({ colorScheme });
    const low = await page.evaluate(lowContrast, CONTRAST_AA);
    expect(low).toEqual([]);
  });

  it("fits a phone without scrolling sideways", async () => {
    await page.setViewportSize({ width: 390, height: 844 });
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
    // text of 13 units in a picture of 640 stays above 11 pixels: the picture scrolls instead of shrinking
    const widths = await page.locator("figure svg").evaluateAll((all) => all.map((svg) => svg.clientWidth));
    for (const width of widths) expect((13 * width) / 640).toBeGreaterThan(11);
  });

  it("prints on A4 in a few pages", async () => {
    const pdf = await page.pdf({ format: "A4" });
    const pages = pdf.toString("latin1").match(/\/Type\s*\/Page\b/g)?.length ?? 0;
    expect(pages).toBeGreaterThan(1);
    expect(pages).toBeLessThan(10);
  });

  it("is readable without script", async () => {
    const context = await browser.newContext({ javaScriptEnabled: false });
    const plain = await context.newPage();
    await plain.goto(address);
    expect(await plain.locator("figure svg").count()).toBe(6);
    expect(await plain.locator(".tools").first().isVisible()).toBe(false);
    await context.close();
  });
});

/** One layer that needs attention. */
function withFlag(diagnosis: Diagnosis): Diagnosis {
  const layers = diagnosis.layers.map((layer, i) =>
    i === 3 ? { ...layer, state: "shrinks" as const, note: "Squared gradients shrink here." } : layer,
  );
  return { ...diagnosis, layers };
}

/** Runs in the page: texts whose colour is too near to the page behind them. */
function lowContrast(wanted: number): string[] {
  const parse = (color: string) => (color.match(/[\d.]+/g) ?? []).map(Number);
  const luminance = ([r = 0, g = 0, b = 0]: number[]) =>
    [r, g, b]
      .map((channel) => channel / 255)
      .map((c) => (c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4))
      .reduce((sum, c, i) => sum + c * ([0.2126, 0.7152, 0.0722][i] as number), 0);
  const background = (element: Element | null): number[] => {
    for (let at = element; at; at = at.parentElement) {
      const color = parse(getComputedStyle(at).backgroundColor);
      if ((color[3] ?? 1) > 0) return color;
    }
    return [255, 255, 255];
  };
  const low: string[] = [];
  for (const element of document.querySelectorAll("main *:not(svg *), footer")) {
    const hasText = [...element.childNodes].some((node) => node.nodeType === 3 && node.textContent?.trim());
    if (!hasText || element.tagName === "SCRIPT") continue;
    const [a, b] = [luminance(parse(getComputedStyle(element).color)), luminance(background(element))];
    const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    if (ratio < wanted)
      low.push(`${element.tagName} ${ratio.toFixed(2)} ${element.textContent?.slice(0, 30)}`);
  }
  return [...new Set(low)];
}
