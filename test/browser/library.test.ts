/** The same sources in a browser: bundled by Vite, run by Chromium, numbers equal to Node's. */
import { rmSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Browser, Page } from "playwright-core";
import { build } from "vite";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { hasChromium, serveFolder, startChromium, temporaryFolder } from "./chromium.ts";
import * as tasks from "./page/tasks.ts";

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

describe.runIf(hasChromium)("the library in Chromium", () => {
  const folder = temporaryFolder();
  let server: { url: string; close(): void };
  let browser: Browser;
  let page: Page;
  const failures: string[] = [];

  beforeAll(async () => {
    await build({
      configFile: false,
      logLevel: "error",
      root: here("./page"),
      base: "./",
      resolve: { alias: { "#platform": here("../../src/platform/browser.ts") } },
      worker: { format: "es" },
      build: { outDir: folder, emptyOutDir: true, target: "es2022", minify: false },
    });
    server = await serveFolder(folder);
    ({ browser, page } = await startChromium());
    page.on("pageerror", (error) => failures.push(error.message));
    await page.goto(server.url);
    await page.waitForFunction(() => "run" in window);
  }, 120_000);

  afterAll(async () => {
    await browser?.close();
    server?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const inPage = (task: keyof typeof tasks) => page.evaluate((name) => window.run(name), task);

  it("draws the same random numbers bit for bit", async () => {
    expect(await inPage("randomNumbers")).toEqual(await tasks.randomNumbers());
  });

  it("finds the same eigenvalues bit for bit with plain SIMD", async () => {
    expect(await inPage("eigenvalues")).toEqual(await tasks.eigenvalues());
  });

  it("runs the same graph on ONNX Runtime for the web", async () => {
    const [web, node] = [await inPage("gradientByRuntime"), await tasks.gradientByRuntime()] as number[][];
    expect(web!.length).toBe(9);
    // float32 products of length 4; both runtimes round each operation once
    for (const [i, value] of web!.entries()) expect(Math.abs(value - node![i]!)).toBeLessThan(2e-6);
  });

  it("solves the same mean-field theory", async () => {
    const [web, node] = [await inPage("meanField"), await tasks.meanField()] as number[][];
    // the stated accuracy of fixed points; tanh and exp differ in the last bit between engines
    for (const [i, value] of web!.entries()) expect(value).toBeCloseTo(node![i]!, 12);
  });

  it("had no uncaught error", () => {
    expect(failures).toEqual([]);
  });
});
