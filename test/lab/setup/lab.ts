/** The built lab in Chromium, as tests use it: served with the product's headers, errors collected, downloads at hand. */
import { readFile } from "node:fs/promises";
import axe from "axe-core";
import type { Browser, BrowserContextOptions, Download, Page } from "playwright-core";
import { expect, inject, onTestFinished } from "vitest";
import { listen } from "../../../src/cli/lab/listen.ts";
import { EMPTY_SHELF, openShelf } from "../../../src/cli/lab/run-shelf.ts";
import { createLabServer } from "../../../src/cli/lab/server.ts";
import { openSite } from "../../../src/cli/lab/site.ts";
import { startChromium } from "../../browser/chromium.ts";

/** Milliseconds for what takes a moment on a machine that does nothing else. */
const PATIENCE = 60_000;

/** A browser with the lab's server beside it. */
export interface Lab {
  readonly url: string;
  readonly browser: Browser;
  /** Messages of uncaught errors, console errors (policy violations among them) and requests to elsewhere. */
  readonly failures: string[];
  /**
   * A fresh page (its own storage) at an address: `open("#phase?w=2")`. Resolves when the room is there. It is closed after the
   * test, also one that failed: it would go on computing.
   */
  open(hash?: string, options?: BrowserContextOptions): Promise<Page>;
  close(): Promise<void>;
}

/** The product's own server on a free port. */
async function serve(folder: string, runs: string | undefined): Promise<{ url: string; close(): void }> {
  const server = createLabServer({
    site: openSite(folder),
    runs: runs === undefined ? EMPTY_SHELF : openShelf(runs),
  });
  const port = await listen(server, "127.0.0.1", 0);
  const close = (): void => {
    server.close();
    server.closeAllConnections();
  };
  return { url: `http://127.0.0.1:${port}/`, close };
}

/**
 * Starts server and browser; call `close` in `afterAll`. `runs` is a folder of run folders to serve, `draws: "software"` gives
 * pages WebGL.
 */
export async function startLab({
  runs,
  draws = "none",
}: {
  readonly runs?: string;
  readonly draws?: "none" | "software";
} = {}): Promise<Lab> {
  const server = await serve(inject("labFolder"), runs);
  const { browser } = await startChromium({ draws });
  const failures: string[] = [];
  return {
    url: server.url,
    browser,
    failures,
    async open(hash = "", options = {}) {
      const context = await browser.newContext({
        viewport: { width: 1280, height: 900 },
        permissions: ["clipboard-read", "clipboard-write"],
        ...options,
      });
      onTestFinished(() => context.close());
      context.setDefaultTimeout(PATIENCE);
      const page = await context.newPage();
      page.on("pageerror", (error) => failures.push(error.message));
      page.on("console", (message) => {
        if (message.type() === "error") failures.push(message.text());
      });
      page.on("request", (request) => {
        const url = request.url();
        if (!url.startsWith(server.url) && !/^(data|blob):/.test(url)) failures.push(`request to ${url}`);
      });
      await page.goto(`${server.url}${hash}`);
      await page.locator(".room h1").waitFor();
      return page;
    },
    async close() {
      await browser.close();
      server.close();
    },
  };
}

/** The address as the page has it; `page.url()` lags behind. */
export const addressOf = (page: Page): Promise<string> => page.evaluate(() => location.href);
/** Its part from `#` on. */
export const hashOf = (page: Page): Promise<string> => page.evaluate(() => location.hash);

/** Waits until every figure shows the newest numbers: they are drawn one after the other, a moment after a job is done. */
export async function drawn(page: Page): Promise<void> {
  await expect.poll(() => page.locator('figure[aria-busy="true"]').count()).toBe(0);
}

/** What the clipboard holds after `copy`, which writes to it sooner or later. */
export async function copiedBy(page: Page, copy: () => Promise<void>): Promise<string> {
  await page.evaluate(() => navigator.clipboard.writeText("nothing yet"));
  await copy();
  const read = (): Promise<string> => page.evaluate(() => navigator.clipboard.readText());
  await expect.poll(read).not.toBe("nothing yet");
  return read();
}

/** Chooses a line of a figure's save menu and returns the file. */
export async function saveFigure(
  page: Page,
  figure: string,
  item: string | RegExp,
): Promise<{ name: string; bytes: Buffer }> {
  const frame = page.locator(`[data-figure="${figure}"].frame`);
  await frame.getByRole("button", { name: /^Save/ }).click();
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    frame.getByRole("menuitem", { name: item }).first().click(),
  ]);
  return { name: download.suggestedFilename(), bytes: await bytesOf(download) };
}

async function bytesOf(download: Download): Promise<Buffer> {
  return readFile(await download.path());
}

/** Serious and critical findings of axe-core, as lines that say where. */
export async function findAccessibilityProblems(page: Page): Promise<string[]> {
  // colours on their way to others have any contrast
  await page.evaluate(async () => {
    const passing = document
      .getAnimations()
      .filter(
        ({ effect, playState }) =>
          playState === "running" && effect?.getComputedTiming().endTime !== Number.POSITIVE_INFINITY,
      );
    await Promise.allSettled(passing.map(({ finished }) => finished));
  });
  // run as the page's own script would be blocked by its policy; the debugger's evaluation is not
  await page.evaluate(axe.source);
  const found = await page.evaluate(async () => {
    const { violations } = await (window as unknown as { axe: typeof import("axe-core") }).axe.run();
    return violations
      .filter(({ impact }) => impact === "serious" || impact === "critical")
      .flatMap(({ id, help, nodes }) => nodes.map(({ html }) => `${id}: ${help}: ${html.slice(0, 160)}`));
  });
  return found;
}
