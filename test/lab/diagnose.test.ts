/** The Diagnose room in Chromium: the library's numbers, dropped files, mistakes, cancel, links, files, the keyboard. */
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { loadDataset } from "../../src/data/index.ts";
import { fromOnnx } from "../../src/engine/index.ts";
import { diagnosisCards, LAYER_COLUMNS, layerRows } from "../../src/figures/diagnosis/index.ts";
import { layersOf, parseNetwork } from "../../src/networks/index.ts";
import { estimateVariances, openModel, openSpecification } from "../../src/signal/index.ts";
import { hasChromium, temporaryFolder } from "../browser/chromium.ts";
import {
  dropFile,
  longestTask,
  serveWithoutIsolation,
  startWebGpu,
  writeSparseModel,
} from "./setup/diagnose.ts";
import {
  copiedBy,
  drawn,
  findAccessibilityProblems,
  hashOf,
  type Lab,
  saveFigure,
  startLab,
} from "./setup/lab.ts";
import { readPng } from "./setup/png.ts";

const fixture = (name: string): string => resolve(import.meta.dirname, "../fixtures/models", name);
const SMALL = "784-40x6-10 tanh sw2=1.5 sb2=0.05";
const SMALL_HASH = `#diagnose?s=${encodeURIComponent(SMALL)}&n=32&k=2`;

/** Runs in the page. */
async function hasWebGpu(): Promise<boolean> {
  const { gpu } = navigator as { gpu?: { requestAdapter(): Promise<unknown> } };
  return gpu !== undefined && (await gpu.requestAdapter()) !== null;
}

describe.runIf(hasChromium)("the Diagnose room", () => {
  const folder = temporaryFolder();
  let lab: Lab;
  beforeAll(async () => {
    lab = await startLab();
  });
  afterAll(async () => {
    await lab?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const run = async (page: Page): Promise<void> => {
    await page.getByRole("button", { name: "Run the diagnosis" }).click();
    await settled(page);
  };
  const settled = async (page: Page): Promise<string> => {
    const status = page.locator(".run-status .job:not(.job-idle):not(.job-loading):not(.job-computing)");
    await status.waitFor({ timeout: 100_000 });
    return (await status.getAttribute("class")) ?? "";
  };
  const tableOf = (page: Page): Promise<string[][]> =>
    page
      .locator("table tbody tr[data-layer]")
      .evaluateAll((rows) => rows.map((row) => [...row.children].map((cell) => cell.textContent ?? "")));
  const cardsOf = (page: Page): Promise<string[]> =>
    page.locator(".cards dd").evaluateAll((all) => all.map((dd) => dd.firstChild?.textContent ?? ""));

  describe("the numbers", () => {
    it("are the library's to the last digit shown", async () => {
      const page = await lab.open(SMALL_HASH);
      await run(page);
      const network = openSpecification(parseNetwork(SMALL), { seed: 0 });
      const options = { train: 32, test: 0, seed: 0, standardize: "global" } as const;
      const { train } = await loadDataset("mnist-sample", options);
      const diagnosis = await network.diagnose(train, { seeds: 2 });
      await expect
        .poll(() => tableOf(page))
        .toEqual(layerRows(diagnosis).map(({ cells }) => cells.map(({ text }) => text)));
      await expect.poll(() => cardsOf(page)).toEqual(diagnosisCards(diagnosis).map(({ text }) => text));
      await expect
        .poll(() => page.locator(".verdict h2").textContent())
        .toContain(diagnosis.verdict.headline);
      await page.context().close();
    });

    it("come back from a link, and the link says what they are made of", async () => {
      const page = await lab.open(SMALL_HASH);
      await run(page);
      await page.locator("tr[data-layer='3']").click();
      const table = await tableOf(page);
      await expect.poll(() => hashOf(page)).toContain("l=3");
      const hash = await hashOf(page);
      expect(hash).toContain("x=1");
      const other = await lab.open(hash);
      await settled(other);
      await expect.poll(() => tableOf(other)).toEqual(table);
      await expect.poll(() => other.locator("tr.chosen").getAttribute("data-layer")).toBe("3");
      await page.context().close();
      await other.context().close();
    });

    it("are made by the command and the program that are copied", async () => {
      const page = await lab.open(SMALL_HASH);
      await run(page);
      const headline = (await page.locator(".verdict h2").textContent())?.trim().slice(2) ?? "";
      const copy = (what: string): Promise<string> =>
        copiedBy(page, async () => {
          await page.getByRole("button", { name: "Copy", exact: true }).click();
          await page.getByRole("menuitem", { name: what }).click();
        });
      expect(await copy("Command line")).toBe(
        `isinglass diagnose '${SMALL}' --data mnist-sample --examples 32 --seeds 2`,
      );
      const code = await copy("Library code");
      // inside the package, so that its name leads to its own exports
      const build = resolve(import.meta.dirname, "../../.build");
      mkdirSync(build, { recursive: true });
      const here = mkdtempSync(join(build, "copied-"));
      writeFileSync(join(here, "copied.mjs"), code);
      const printed = execFileSync(process.execPath, [join(here, "copied.mjs")], { encoding: "utf8" });
      rmSync(here, { recursive: true });
      expect(printed).toContain(headline);
      await page.context().close();
    });
  });

  describe("a dropped model", () => {
    it("is listed, diagnosed as by the library, and saved with critical parameters", async () => {
      const page = await lab.open("#diagnose?n=16");
      await dropFile(page, ".diagnose", fixture("mlp.onnx"));
      await page.getByText("All 10 nodes are supported").waitFor();
      await run(page);
      const network = await openModel(fixture("mlp.onnx"), { name: "mlp.onnx", seed: 0 });
      const options = { train: 16, test: 0, seed: 0, standardize: "global" } as const;
      const { train } = await loadDataset("mnist-sample", options);
      const diagnosis = await network.diagnose(train);
      await expect
        .poll(() => tableOf(page))
        .toEqual(layerRows(diagnosis).map(({ cells }) => cells.map(({ text }) => text)));
      const [download] = await Promise.all([
        page.waitForEvent("download"),
        page.getByRole("button", { name: "Save it with critical parameters" }).click(),
      ]);
      expect(download.suggestedFilename()).toBe("critical.onnx");
      const bytes = readFileSync(await download.path());
      expect(new Uint8Array(bytes)).toEqual(await network.fix(diagnosis));
      const { graph } = await fromOnnx(new Uint8Array(bytes), { batch: 2 });
      const [first] = estimateVariances(graph, layersOf(graph));
      const wanted = diagnosis.critical?.weightVariance.value ?? 0;
      expect(Math.abs((first?.sigmaW2.value ?? 0) / wanted - 1)).toBeLessThan(0.05);
      await page.context().close();
    });

    it("of token numbers is measured with random tokens", async () => {
      const page = await lab.open("#diagnose?n=4");
      await dropFile(page, ".diagnose", fixture("gpt2-dynamo.onnx"));
      await page.getByText("input axis 1 (sequence)").waitFor();
      await page.getByLabel("sizes that the file leaves open").fill("input=1,8");
      await page.getByText(/nodes are supported/).waitFor();
      await run(page);
      await expect.poll(() => page.locator(".verdict h2").count()).toBe(1);
      const data = page.locator(".method li", { hasText: "Data:" });
      await expect.poll(() => data.textContent()).toContain("random tokens");
      await expect.poll(() => hashOf(page)).toContain("sh=input%3D1,8");
      await page.context().close();
    });

    it("that is none fails with its reason, and the page goes on", async () => {
      const page = await lab.open("#diagnose?n=32&k=2");
      const path = join(folder, "notes.onnx");
      writeFileSync(path, "These are notes, not a model.\n");
      await dropFile(page, ".diagnose", path);
      const reason = page.locator(".inspection .reason");
      await reason.waitFor();
      await expect.poll(() => reason.textContent()).toContain("notes.onnx");
      await expect
        .poll(() => page.getByRole("button", { name: "Run the diagnosis" }).isDisabled())
        .toBe(true);
      await page.getByRole("button", { name: "Type a specification instead" }).click();
      await page.getByRole("textbox", { name: "network" }).fill(SMALL);
      await run(page);
      await expect.poll(() => page.locator(".verdict h2").count()).toBe(1);
      await page.context().close();
    });

    it("with an operator that is not supported says which nodes and why", async () => {
      const page = await lab.open("#diagnose");
      const path = join(folder, "strange.onnx");
      const text = readFileSync(fixture("mlp.onnx")).toString("latin1");
      expect(text).toContain("Tanh");
      writeFileSync(path, Buffer.from(text.replace("Tanh", "Tonh"), "latin1"));
      await dropFile(page, ".diagnose", path);
      await page.getByText("nodes are not supported").waitFor();
      const rows = await page.locator("table.nodes tbody tr").allTextContents();
      expect(rows[0]).toContain("Tonh");
      expect(rows[0]).toContain("refused");
      await page.getByLabel("Show all 10 nodes").check();
      await expect.poll(() => page.locator("table.nodes tbody tr").count()).toBe(10);
      await expect
        .poll(() => page.getByRole("button", { name: "Run the diagnosis" }).isDisabled())
        .toBe(true);
      await page.context().close();
    });

    it("of 2.4 GB is looked into without freezing the page, and refused with the number", async () => {
      const page = await lab.open("#diagnose");
      const path = join(folder, "huge.onnx");
      writeSparseModel(path, 784, 820_000);
      const longest = await longestTask(lab.browser, async () => {
        await dropFile(page, ".diagnose", path);
        await page.getByText("All 1 nodes are supported").waitFor();
      });
      expect(longest).toBeLessThan(200);
      await expect.poll(() => page.locator(".inspection").textContent()).toMatch(/642,880,000 parameters/);
      await page.getByRole("button", { name: "Run the diagnosis" }).click();
      const reason = page.locator(".run-status .reason");
      await reason.waitFor();
      await expect.poll(() => reason.textContent()).toMatch(/2\.39 GB.*at most 2 GB.*command line/i);
      await page.context().close();
    });

    it("cannot be in a link, which says so", async () => {
      const page = await lab.open("#diagnose?f=mine.onnx&x=1");
      const missing = page.locator(".missing-file");
      await missing.waitFor();
      await expect.poll(() => missing.textContent()).toContain("Drop mine.onnx here");
      await expect
        .poll(() => page.getByRole("button", { name: "Run the diagnosis" }).isDisabled())
        .toBe(true);
      await page.context().close();
    });
  });

  it("reads dropped data, and says what does not fit", async () => {
    const page = await lab.open("#diagnose?s=3-40x4-2+tanh&k=2&n=20");
    const path = join(folder, "points.csv");
    const lines = Array.from({ length: 40 }, (_, i) => `${Math.sin(i)},${Math.cos(3 * i)},${(i * i) % 7}`);
    writeFileSync(path, `${lines.join("\n")}\n`);
    await dropFile(page, ".diagnose", path);
    await page.getByText(/^points\.csv, /).waitFor();
    await run(page);
    await expect
      .poll(() => page.locator(".method li", { hasText: "Data:" }).textContent())
      .toContain("points.csv");
    await page.getByRole("textbox", { name: "network" }).fill("5-40x4-2 tanh");
    await page.getByText("These numbers belong to the settings before").waitFor();
    await run(page);
    await expect
      .poll(() => page.locator(".run-status .reason").textContent())
      .toMatch(/shape \[3\].*input \[5\]/);
    await page.context().close();
  });

  it("marks a mistake in the text where it is", async () => {
    const page = await lab.open("#diagnose");
    await page.getByRole("textbox", { name: "network" }).fill("784-300x50-10 tnh");
    await expect.poll(() => page.locator("mark").textContent()).toBe("tnh");
    await expect
      .poll(() => page.locator(".problem", { hasText: "column 15" }).textContent())
      .toContain('"tanh"');
    await expect.poll(() => page.getByRole("button", { name: "Run the diagnosis" }).isDisabled()).toBe(true);
    await page.getByRole("textbox", { name: "network" }).fill(SMALL);
    await expect.poll(() => page.locator("mark").count()).toBe(0);
    await page.context().close();
  });

  it("keeps text and diagram the same document, and steps back through its states", async () => {
    const page = await lab.open("#diagnose");
    const text = page.getByRole("textbox", { name: "network" });
    await page.locator(".blocks button").first().click();
    await page.locator(".block-editor input").nth(1).fill("20");
    await page.locator(".block-editor input").nth(1).press("Enter");
    await expect.poll(() => text.inputValue()).toMatch(/784-300x20-10 tanh/);
    await page.getByLabel("initialisation").selectOption("gaussian");
    await page.getByLabel("σ_w²").fill("1.5");
    await page.getByLabel("σ_w²").press("Enter");
    await expect.poll(() => text.inputValue()).toBe("mlp:784-300x20-10 tanh init=gaussian sw2=1.5 sb2=0");
    await page.getByLabel("σ_w²").fill("-1");
    await page.getByText("expected a number not below 0").waitFor();
    await page.getByLabel("σ_w²").fill("1.5");
    await page.getByLabel("activation").fill("tnh");
    await page.getByLabel("activation").press("Enter");
    await page.locator(".builder .problem", { hasText: '"tnh"' }).waitFor();
    await text.fill("784-100x3-50-10 relu");
    await text.blur();
    await expect.poll(() => page.locator(".blocks li").count()).toBe(4);
    await page.goBack();
    await expect.poll(() => text.inputValue()).toMatch(/sw2=1.5 sb2=0$/);
    await page.goBack();
    await expect.poll(() => text.inputValue()).toMatch(/784-300x20-10 tanh init=gaussian/);
    await page.goBack();
    await expect.poll(() => text.inputValue()).toMatch(/784-300x20-10 tanh init=pytorch/);
    await page.goBack();
    await expect.poll(() => text.inputValue()).toBe("784-300x50-10 tanh");
    await page.goForward();
    await expect.poll(() => text.inputValue()).toMatch(/784-300x20-10 tanh/);
    await page.context().close();
  });

  it("shows results draw by draw, stops when cancelled, and runs again", async () => {
    const page = await lab.open(`#diagnose?s=${encodeURIComponent("784-200x20-10 tanh")}&n=64&k=40`);
    await page.getByRole("button", { name: "Run the diagnosis" }).click();
    await page.locator(".partial").waitFor({ timeout: 60_000 });
    await expect.poll(() => page.locator(".partial").textContent()).toMatch(/still to come: \d+ of 40 draws/);
    await page.getByRole("button", { name: "Cancel" }).click();
    await page.getByText("Cancelled; what is shown is a part").waitFor({ timeout: 2000 });
    await page.getByRole("textbox", { name: "network" }).fill(SMALL);
    await page.getByLabel("draws of the parameters, typed").fill("2");
    await page.getByLabel("draws of the parameters, typed").press("Enter");
    await run(page);
    await expect.poll(() => page.locator(".partial").count()).toBe(0);
    await page.context().close();
  });

  it("saves figures whose files hold what is shown", async () => {
    const page = await lab.open(SMALL_HASH);
    await run(page);
    await page.locator("[data-figure=gradient] svg").waitFor();
    await drawn(page);
    const svg = await saveFigure(page, "gradient", "SVG, light");
    expect(svg.name).toBe("gradient.svg");
    expect(svg.bytes.toString()).toContain("784-40x6-10 tanh");
    const png = readPng((await saveFigure(page, "gradient", "PNG 2×, light")).bytes);
    expect(png.width).toBe(1440);
    expect(png.texts.Title).toBe("Gradients by layer");
    const csv = (await saveFigure(page, "gradient", "CSV")).bytes.toString();
    expect(csv.split("\n")[0]).toBe("layer,gradient theory,gradient measured,gradient stderr");
    expect(csv.trim().split("\n")).toHaveLength(8);
    const json = JSON.parse((await saveFigure(page, "gradient", "JSON")).bytes.toString());
    expect(json.parameters).toMatchObject({ network: SMALL, examples: 32, seeds: 2, seed: 0 });
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      page.locator(".table-tools button", { hasText: "CSV" }).click(),
    ]);
    const layers = readFileSync(await download.path(), "utf8")
      .trim()
      .split("\n");
    expect(layers[0]).toBe(LAYER_COLUMNS.map(({ name }) => name).join(","));
    expect(layers).toHaveLength(8);
    await page.context().close();
  });

  it("marks the chosen layer in every figure that has layers", async () => {
    const page = await lab.open(SMALL_HASH);
    await run(page);
    for (const name of ["length", "correlation", "gradient", "residuals"]) {
      await page.locator(`[data-figure=${name}] svg`).waitFor();
    }
    await drawn(page);
    await page.locator("tr[data-layer='3']").click();
    for (const name of ["length", "correlation", "gradient", "residuals"]) {
      await expect
        .poll(() => page.locator(`[data-figure=${name}] svg .chosen`).count(), { message: name })
        .toBeGreaterThan(0);
    }
    // a point chosen in a figure chooses its row
    await page.locator("[data-figure=length] [data-label='layer 5']").first().click();
    await expect.poll(() => page.locator("tr.chosen").getAttribute("data-layer")).toBe("5");
    await page.locator("tr[data-layer='5']").press("Enter");
    await expect.poll(() => page.locator("svg .chosen").count()).toBe(0);
    await page.context().close();
  });

  it("works by keyboard alone", async () => {
    const page = await lab.open("#diagnose?n=32&k=2");
    const press = (key: string): Promise<void> => page.keyboard.press(key);
    const focused = (): Promise<string> =>
      page.evaluate(() => {
        const at = document.activeElement;
        return `${at?.tagName} ${at?.getAttribute("aria-label") ?? at?.textContent ?? ""}`;
      });
    const tabTo = async (wanted: RegExp): Promise<void> => {
      for (let i = 0; i < 80; i++) {
        if (wanted.test(await focused())) return;
        await press("Tab");
      }
      throw new Error(`the focus never came to ${wanted}`);
    };
    await tabTo(/^TEXTAREA/);
    await press("Control+a");
    await page.keyboard.type(SMALL);
    await tabTo(/^BUTTON Run the diagnosis/);
    await press("Enter");
    await settled(page);
    await tabTo(/^TR 1/);
    await press("Enter");
    await expect.poll(() => page.locator("tr.chosen").getAttribute("data-layer")).toBe("1");
    await press("d");
    expect(await settled(page)).toContain("job-done");
    await page.context().close();
  });

  it("has no serious finding of axe, with results, with a mistake, in both themes", async () => {
    for (const colorScheme of ["light", "dark"] as const) {
      const page = await lab.open(SMALL_HASH, { colorScheme });
      await run(page);
      await page.locator("[data-figure=residuals] svg").waitFor();
      await drawn(page);
      expect(await findAccessibilityProblems(page)).toEqual([]);
      await page.getByRole("textbox", { name: "network" }).fill("784-30y");
      await page.locator(".problem", { hasText: /./ }).first().waitFor();
      expect(await findAccessibilityProblems(page)).toEqual([]);
      await page.context().close();
    }
  });

  it("fits a phone without scrolling sideways", async () => {
    const page = await lab.open(SMALL_HASH, { viewport: { width: 390, height: 844 } });
    await run(page);
    await page.locator("[data-figure=residuals] svg").waitFor();
    await expect
      .poll(() => page.evaluate(() => document.documentElement.scrollWidth))
      .toBeLessThanOrEqual(390);
    await page.context().close();
  });

  it("says honestly that WebGPU is not there, and computes all the same", async () => {
    const page = await lab.open(`${SMALL_HASH}&g=webgpu`);
    await run(page);
    const device = page.locator(".method li", { hasText: "WebGPU" });
    expect(await device.textContent()).toMatch(
      /WebGPU was asked for, but .*; computed in this tab by WebAssembly/,
    );
    await page.context().close();
  });

  it("computes by WebGPU where there is an adapter", async () => {
    const tiny = "784-16x2-10 tanh sw2=1.5 sb2=0.05";
    const browser = await startWebGpu();
    onTestFinished(() => browser.close());
    const page = await browser.newPage();
    await page.goto(`${lab.url}#diagnose?s=${encodeURIComponent(tiny)}&n=8&k=1&g=webgpu`);
    await page.locator(".room h1").waitFor();
    const hasAdapter = await page.evaluate(hasWebGpu);
    await run(page);
    const device = await page.locator(".method li", { hasText: "WebGPU" }).textContent();
    expect(device).toMatch(hasAdapter ? /Computed in this tab by WebGPU/ : /WebGPU was asked for, but/);
    const options = { train: 8, test: 0, seed: 0, standardize: "global" } as const;
    const { train } = await loadDataset("mnist-sample", options);
    const { layers } = await openSpecification(parseNetwork(tiny), { seed: 0 }).diagnose(train, { seeds: 1 });
    const column = LAYER_COLUMNS.findIndex(({ name }) => name === "q");
    for (const [i, row] of (await tableOf(page)).entries()) {
      const shown = Number(row[column]?.replace("(?)", ""));
      // four digits are shown
      expect(Math.abs(shown / (layers[i]?.q.measured?.value ?? 0) - 1)).toBeLessThan(1e-3);
    }
  });

  it("computes without shared memory", async () => {
    const plain = await serveWithoutIsolation();
    const page = await lab.browser.newPage();
    onTestFinished(async () => {
      await page.close();
      plain.close();
    });
    await page.goto(`${plain.url}${SMALL_HASH}`);
    await page.locator(".room h1").waitFor();
    await expect.poll(() => page.evaluate(() => crossOriginIsolated)).toBe(false);
    await run(page);
    const device = page.locator(".method li", { hasText: "WebAssembly" });
    await expect.poll(() => device.textContent()).toContain("1 thread (this page has no shared memory)");
  });

  it("raised no error and asked nobody else", () => {
    expect(lab.failures).toEqual([]);
  });
});
