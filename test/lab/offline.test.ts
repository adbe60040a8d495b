/** Offline use: what is kept, what never is, how a newer version takes over, and hosts that cannot set headers. */
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { listen } from "../../src/cli/lab/listen.ts";
import { mediaTypeOf } from "../../src/cli/lab/media-types.ts";
import { EMPTY_SHELF, openShelf } from "../../src/cli/lab/run-shelf.ts";
import { createLabServer } from "../../src/cli/lab/server.ts";
import { openSite } from "../../src/cli/lab/site.ts";
import { hasChromium, startChromium } from "../browser/chromium.ts";

const PATIENCE = 60_000;
const folder = mkdtempSync(join(tmpdir(), "isinglass-offline-"));
const rooms = ["phase", "diagnose", "flow", "generalise", "lattice", "stories"];

/** What the service worker keeps, as it was built. */
function filesOf(site: string): { shell: string[]; rest: string[]; large: string[] } {
  const worker = readFileSync(join(site, "service-worker.js"), "utf8");
  const list = (name: string) =>
    JSON.parse(new RegExp(`${name}:(\\[[^\\]]*\\])`).exec(worker)?.[1] ?? "[]") as string[];
  return { shell: list("shell"), rest: list("rest"), large: list("large") };
}

/** Names of what is kept, and of the caches that keep it. */
const kept = (page: Page) =>
  page.evaluate(async () => {
    const names = await caches.keys();
    const files: string[] = [];
    for (const name of names) {
      for (const { url } of await (await caches.open(name)).keys())
        files.push(new URL(url).pathname.slice(1));
    }
    return { names, files };
  });

async function waitUntilKept(page: Page, files: readonly string[]): Promise<void> {
  const missing = async () => {
    const found = new Set((await kept(page)).files);
    return files.filter((file) => !found.has(file));
  };
  await expect.poll(missing, { timeout: PATIENCE, interval: 500 }).toEqual([]);
}

/** Waits until the service worker answers for the page, which begins some seconds after the first visit. */
async function waitUntilControlled(page: Page): Promise<void> {
  await page.waitForFunction(() => navigator.serviceWorker.controller?.state === "activated");
}

function stop(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}

/** Chooses the command in the palette. */
async function askToKeepAll(page: Page): Promise<void> {
  await page.keyboard.press("/");
  const query = page.getByRole("combobox", { name: "Search commands" });
  await query.fill("use offline");
  await page.locator('.palette-list [aria-selected="true"]', { hasText: "use offline" }).waitFor();
  await query.press("Enter");
}

describe.runIf(hasChromium)("the lab without its server", () => {
  let browser: Browser;
  let server: Server;
  let page: Page;
  let port: number;
  let site: string;
  const elsewhere: string[] = [];

  beforeAll(async () => {
    site = inject("labFolder");
    mkdirSync(join(folder, "run"));
    const manifest = {
      schema: "isinglass/run/1",
      kind: "flow",
      version: "0",
      seed: 1,
      options: {},
      steps: ["a"],
    };
    writeFileSync(
      join(folder, "run/manifest.json"),
      JSON.stringify({ ...manifest, planHash: "0", machine: {} }),
    );
    server = createLabServer({ site: openSite(site), runs: openShelf(join(folder, "run")) });
    port = await listen(server, "127.0.0.1", 0);
    ({ browser, page } = await startChromium());
    page.setDefaultTimeout(PATIENCE);
    page.context().on("request", (request) => {
      const url = request.url();
      if (!url.startsWith(`http://127.0.0.1:${port}/`) && !/^(data|blob):/.test(url)) elsewhere.push(url);
    });
    await page.goto(`http://127.0.0.1:${port}/`);
    await page.locator(".room h1").waitFor();
  });

  afterAll(async () => {
    await browser?.close();
    await stop(server);
    rmSync(folder, { recursive: true, force: true });
  });

  it("keeps all files but the large ones, some seconds after the first visit", async () => {
    const { shell, rest } = filesOf(site);
    expect(shell).toContain("index.html");
    expect(rest.some((name) => name.includes("mnist-samples"))).toBe(true);
    await waitUntilKept(page, [...shell, ...rest]);
  });

  it("never keeps run folders", async () => {
    await page.goto(`http://127.0.0.1:${port}/#run`);
    await page.locator(".room-run dl").waitFor();
    const { files } = await kept(page);
    expect(files.filter((name) => name.startsWith("run"))).toEqual([]);
  });

  it("keeps the large files too when asked to, and says how much that is", async () => {
    const { shell, rest, large } = filesOf(site);
    expect(large.length).toBeGreaterThan(0);
    expect((await kept(page)).files).toEqual(expect.not.arrayContaining(large));
    await askToKeepAll(page);
    const count = shell.length + rest.length + large.length;
    await page.getByText(`The whole lab is kept: ${count} files`).waitFor();
    expect((await kept(page)).files).toEqual(expect.arrayContaining([...shell, ...rest, ...large]));
  });

  it("opens every room when the server is gone, cross-origin isolated as before", async () => {
    await stop(server);
    await page.goto(`http://127.0.0.1:${port}/#phase`);
    await page.reload();
    for (const room of rooms) {
      await page.goto(`http://127.0.0.1:${port}/#${room}`);
      await page.locator(`.room-${room} h1`).waitFor();
    }
    await expect.poll(() => page.evaluate(() => crossOriginIsolated)).toBe(true);
    // and it computes: the picture of a room with a worker
    await page.goto(`http://127.0.0.1:${port}/#phase?w=2`);
    await page.waitForFunction(() => performance.getEntriesByName("phase-full-picture").length > 0);
  });

  it("says that run folders need the server", async () => {
    await page.goto(`http://127.0.0.1:${port}/#run`);
    await page.getByText("Is isinglass lab still running?").waitFor();
  });

  it("tells of a newer version, and changes to it without keeping the old one", async () => {
    const next = join(folder, "next");
    cpSync(site, next, { recursive: true });
    const worker = join(next, "service-worker.js");
    writeFileSync(worker, readFileSync(worker, "utf8").replace(/version:"\w+"/, 'version:"newer"'));
    const html = join(next, "index.html");
    writeFileSync(html, readFileSync(html, "utf8").replace("<title>", "<title>newer "));
    await stop(server); // of a first try
    server = createLabServer({ site: openSite(next), runs: EMPTY_SHELF });
    await listen(server, "127.0.0.1", port);
    await page.goto(`http://127.0.0.1:${port}/#phase`);
    await page.reload();
    await page.locator(".room h1").waitFor();
    const offer = page.getByRole("button", { name: "Use it now" });
    await offer.waitFor();
    // until then the page is the old one
    expect((await kept(page)).names).toHaveLength(2);
    await Promise.all([page.waitForEvent("load"), offer.click()]);
    await page.locator(".room h1").waitFor();
    await expect
      .poll(async () => (await kept(page)).names, { timeout: PATIENCE })
      .toEqual(["isinglass-lab-newer"]);
    expect(
      await page.evaluate(async () => (await (await fetch("./")).text()).includes("<title>newer ")),
    ).toBe(true);
  });

  it("asked nobody else for anything", () => {
    expect(elsewhere).toEqual([]);
  });
});

describe.runIf(hasChromium)("a host that sets no headers", () => {
  let browser: Browser;
  let server: Server;
  let page: Page;
  let base: string;
  let isOutOfOrder = false;

  beforeAll(async () => {
    const site = inject("labFolder");
    server = createServer(async (request, response) => {
      const path = decodeURIComponent(new URL(request.url ?? "/", "http://local").pathname);
      // below a folder, as on project pages
      const name = path.replace(/^\/pages\/lab\//, "") || "index.html";
      try {
        if (isOutOfOrder) throw new Error("out of order");
        const bytes = await readFile(join(site, name));
        response.writeHead(200, { "content-type": mediaTypeOf(name) }).end(bytes);
      } catch {
        response.writeHead(404).end();
      }
    });
    base = `http://127.0.0.1:${await listen(server, "127.0.0.1", 0)}/pages/lab/`;
    ({ browser, page } = await startChromium());
    page.setDefaultTimeout(PATIENCE);
    await page.goto(base);
    await page.locator(".room h1").waitFor();
  });

  afterAll(async () => {
    await browser?.close();
    await stop(server);
  });

  it("gives a page without shared memory, which computes all the same", async () => {
    expect(await page.evaluate(() => [crossOriginIsolated, typeof SharedArrayBuffer])).toEqual([
      false,
      "undefined",
    ]);
    await page.waitForFunction(() => performance.getEntriesByName("phase-full-picture").length > 0);
  });

  it("gives threads from the second visit on", async () => {
    await waitUntilControlled(page);
    await page.reload();
    await page.locator(".room h1").waitFor();
    await page.waitForFunction(() => crossOriginIsolated);
    await page.waitForFunction(() => performance.getEntriesByName("phase-full-picture").length > 0);
  });

  it("says which files could not be kept, and keeps them when they are there", async () => {
    const { shell, rest } = filesOf(inject("labFolder"));
    const { pathname } = new URL(base);
    await waitUntilKept(
      page,
      [...shell, ...rest].map((name) => `${pathname.slice(1)}${name}`),
    );
    isOutOfOrder = true;
    await askToKeepAll(page);
    const notice = page.locator(".notice", { hasText: "not kept: ort-wasm" });
    await notice.waitFor();
    expect(await notice.textContent()).toContain("Ask again when the server can be reached");
    isOutOfOrder = false;
    await askToKeepAll(page);
    await page.getByText("The whole lab is kept").waitFor();
  });
});
