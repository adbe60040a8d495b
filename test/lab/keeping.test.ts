/** Keeping what one sees: the standalone file of every room, opened from disk, and sessions in this browser. */
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { formatNumber } from "../../src/figures/index.ts";
import { hasChromium, temporaryFolder } from "../browser/chromium.ts";
import { addressOf, drawn, findAccessibilityProblems, hashOf, type Lab, startLab } from "./setup/lab.ts";

interface KeptData {
  readonly schema: string;
  readonly link: string;
  readonly commandLine: string | null;
  readonly code: string;
  readonly figures: readonly {
    readonly name: string;
    readonly parameters: Readonly<Record<string, unknown>>;
    readonly table: {
      readonly columns: readonly string[];
      readonly rows: readonly (string | number | null)[][];
    };
  }[];
}

describe.runIf(hasChromium)("keeping a view", () => {
  const folder = temporaryFolder();
  let lab: Lab;
  beforeAll(async () => {
    lab = await startLab();
  });
  afterAll(async () => {
    await lab?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const keep = async (page: Page): Promise<string> => {
    await page.getByRole("button", { name: "Keep this view" }).click();
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("menuitem", { name: "As one HTML file" }).click(),
    ]);
    const path = join(folder, download.suggestedFilename());
    writeFileSync(path, readFileSync(await download.path()));
    return path;
  };
  /** Opens a file of the disk in a browser of its own, and expects it to ask for nothing. */
  const openFile = async (path: string): Promise<{ page: Page; data: KeptData; requests: string[] }> => {
    const context = await lab.browser.newContext();
    const page = await context.newPage();
    const requests: string[] = [];
    page.on("request", (request) => requests.push(request.url()));
    page.on("console", (message) => requests.push(`console: ${message.text()}`));
    await page.goto(`file://${path}`);
    const data = JSON.parse((await page.locator("#view-data").textContent()) ?? "") as KeptData;
    return {
      page,
      data,
      requests: requests.filter((url) => url !== `file://${path}` && !url.startsWith("data:")),
    };
  };

  it("as a file of the Generalise room holds figures, numbers, link, command and code", async () => {
    const page = await lab.open("#generalise?c=3&e=8&w=8&t=0.2&p=24&s=1");
    for (const name of ["generalization", "kernel-spectrum", "width-curve", "nngp-map", "ntk-map"])
      await page.locator(`[data-figure='${name}'] svg[data-figure]`).waitFor();
    await page.locator(".job-done").waitFor();
    await drawn(page);
    const rows = await page
      .locator(".curve-table tbody tr")
      .evaluateAll((all) => all.map((row) => [...row.children].map((cell) => cell.textContent ?? "")));
    const headline = await page.locator(".headline").textContent();
    const { page: file, data, requests } = await openFile(await keep(page));
    expect(data.figures.map(({ name }) => name)).toEqual([
      ...["generalization", "width-curve", "kernel-spectrum", "nngp-map", "ntk-map"],
    ]);
    expect(await file.locator("figure > svg").count()).toBe(5);
    expect(await file.locator("figure table").count()).toBe(5);
    const curve = data.figures[0]?.table.rows ?? [];
    expect(curve.map((row) => formatNumber(row[2] as number))).toEqual(rows.map((row) => row[2]));
    const shown = await file
      .locator("#generalization tbody tr")
      .evaluateAll((all) => all.map((row) => row.children[2]?.textContent));
    expect(shown).toEqual(rows.map((row) => row[2]));
    expect(await file.locator("h2").first().textContent()).toBe(headline);
    expect(data.link).toBe(await addressOf(page));
    expect(data.commandLine).toMatch(/^isinglass generalize /);
    expect(await file.locator("pre").first().textContent()).toBe(data.commandLine);
    expect(data.code).toContain("predictLearningCurve");
    expect(data.figures[0]?.parameters).toMatchObject({ width: 8, temperature: 0.2 });
    expect(await file.locator("dl.parameters").first().textContent()).toContain("temperature");
    expect(requests).toEqual([]);
    expect(await findAccessibilityProblems(file)).toEqual([]);
    await page.context().close();
    await file.context().close();
  });

  it("as a file takes pictures of a canvas too, and says when nothing is drawn yet", async () => {
    const page = await lab.open("#phase?n=20");
    await page.waitForFunction(() => performance.getEntriesByName("phase-full-picture").length > 0);
    await expect.poll(() => page.locator("[data-number=xiC]").textContent()).not.toBe("");
    const { page: file, data, requests } = await openFile(await keep(page));
    const names = data.figures.map(({ name }) => name);
    expect(names).toContain("phase-diagram");
    expect(await file.locator("#phase-diagram").locator("svg, img").count()).toBeGreaterThan(0);
    expect(requests).toEqual([]);
    await file.context().close();
    await page.goto(`${lab.url}#flow`);
    await page.locator(".room-flow").waitFor();
    await page.getByRole("button", { name: "Keep this view" }).click();
    await page.getByRole("menuitem", { name: "As one HTML file" }).click();
    await page.getByText("there are no figures yet").waitFor();
    await page.context().close();
  });

  it("as a session brings it back, after a reload too; sessions are renamed, deleted, exported and imported", async () => {
    const page = await lab.open("#phase?w=2.5&n=20");
    const open = async (): Promise<void> => {
      await page.getByRole("button", { name: "Keep this view" }).click();
      await page.getByRole("menuitem", { name: "As a session" }).click();
      await page.getByRole("dialog", { name: "Sessions" }).waitFor();
    };
    const dialog = page.getByRole("dialog", { name: "Sessions" });
    const names = (): Promise<string[]> => dialog.locator(".session-open").allTextContents();
    await open();
    await dialog.getByLabel("name", { exact: true }).fill("wide weights");
    await dialog.getByRole("button", { name: "Keep this view" }).click();
    await expect.poll(names).toEqual(["wide weights"]);
    expect(await findAccessibilityProblems(page)).toEqual([]);
    await page.keyboard.press("Escape");
    await dialog.waitFor({ state: "detached" });
    await page.goto(`${lab.url}#flow`);
    await page.reload();
    await page.locator(".room-flow").waitFor();
    await page.keyboard.press("/");
    await page.getByRole("combobox", { name: "Search commands" }).fill("wide weights");
    await page.locator('.palette-list [aria-selected="true"]', { hasText: "wide weights" }).waitFor();
    await page.keyboard.press("Enter");
    await page.locator(".room-phase").waitFor();
    await expect.poll(() => hashOf(page)).toContain("w=2.5");
    await open();
    await dialog.getByRole("button", { name: "Rename wide weights" }).click();
    await dialog.getByLabel("New name of wide weights").fill("chaos");
    await page.keyboard.press("Enter");
    await expect.poll(names).toEqual(["chaos"]);
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      dialog.getByRole("button", { name: "Export" }).click(),
    ]);
    const path = join(folder, "sessions.json");
    writeFileSync(path, readFileSync(await download.path()));
    await dialog.getByRole("button", { name: "Delete chaos" }).click();
    await expect.poll(names).toEqual([]);
    await dialog.getByRole("button", { name: "Undo" }).click();
    await expect.poll(names).toEqual(["chaos"]);
    await dialog.getByRole("button", { name: "Delete chaos" }).click();
    await dialog.getByLabel("File of sessions").setInputFiles(path);
    await expect.poll(names).toEqual(["chaos"]);
    writeFileSync(path, "{}");
    await dialog.getByLabel("File of sessions").setInputFiles(path);
    await expect.poll(() => dialog.getByRole("alert").textContent()).toContain("another kind");
    await dialog.getByRole("button", { name: "chaos", exact: true }).click();
    await dialog.waitFor({ state: "detached" });
    await page.context().close();
  });

  it("as a session says when the browser keeps nothing", async () => {
    const context = await lab.browser.newContext();
    const page = await context.newPage();
    await page.addInitScript(() => {
      Object.defineProperty(window, "localStorage", {
        get() {
          throw new DOMException("Access is denied for this document.", "SecurityError");
        },
      });
    });
    await page.goto(`${lab.url}#phase?n=20`);
    await page.locator(".room h1").waitFor();
    await page.getByRole("button", { name: "Keep this view" }).click();
    await page.getByRole("menuitem", { name: "As a session" }).click();
    const dialog = page.getByRole("dialog", { name: "Sessions" });
    await dialog.getByText("This browser keeps nothing for this page").waitFor();
    await dialog.getByRole("button", { name: "Keep this view" }).click();
    await expect.poll(() => dialog.locator(".session-open").count()).toBe(1);
    await context.close();
  });

  it("raised no error and asked nobody else", () => {
    expect(lab.failures).toEqual([]);
  });
});
