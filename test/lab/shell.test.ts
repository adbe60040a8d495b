/** The lab's shell: small, strict, usable without a mouse, and calm when a room does not load. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { hasChromium } from "../browser/chromium.ts";
import { findAccessibilityProblems, type Lab, startLab } from "./setup/lab.ts";

/** What the shell may weigh, gzipped: html, entry chunk, what it imports at once, style sheet. */
const SHELL_BYTES = 150 * 1024;

describe.runIf(hasChromium)("the lab's shell", () => {
  let lab: Lab;
  let page: Page;
  beforeAll(async () => {
    lab = await startLab();
  });
  afterAll(async () => {
    await lab?.close();
  });
  const folder = () => inject("labFolder");
  const html = () => readFileSync(join(folder(), "index.html"), "utf8");

  it("weighs less than 150 KB gzipped, and holds nothing of rooms and runtimes", () => {
    const wanted = [...html().matchAll(/(?:src|href)="\.\/(assets\/[^"]+\.(?:js|css))"/g)].map(
      ([, name]) => name!,
    );
    const seen = new Set<string>();
    const visit = (name: string): void => {
      if (seen.has(name)) return;
      seen.add(name);
      const text = readFileSync(join(folder(), name), "utf8");
      for (const [, inner] of text.matchAll(/(?:from|import)\s*"\.\/([^"]+\.js)"/g)) visit(`assets/${inner}`);
    };
    for (const name of wanted) visit(name);
    expect(seen.size).toBeGreaterThan(1);
    const bytes = [...seen].map((name) => gzipSync(readFileSync(join(folder(), name))).length);
    expect(bytes.reduce((a, b) => a + b, gzipSync(html()).length)).toBeLessThan(SHELL_BYTES);
    for (const name of seen)
      expect(readFileSync(join(folder(), name), "utf8")).not.toMatch(/InferenceSession|observablehq/);
  });

  it("has each runtime file once", () => {
    const wasm = readdirSync(join(folder(), "assets")).filter((name) => name.endsWith(".wasm"));
    const stems = wasm.map((name) => name.replace(/-[^-]{8}\.wasm$/, ""));
    expect(new Set(stems).size).toBe(stems.length);
    expect(existsSync(join(folder(), "assets"))).toBe(true);
  });

  it("allows no other origin and no code from text", async () => {
    const policy =
      /Content-Security-Policy"\s+content="([^"]+)"/.exec(html())?.[1]?.replaceAll("&#39;", "'") ?? "";
    expect(policy).toContain("default-src 'self'");
    expect(policy).not.toMatch(/https?:|'unsafe-eval'|\*/);
    expect(/script-src ([^;]+)/.exec(policy)?.[1]).toBe("'self' 'wasm-unsafe-eval'");
    expect(html()).not.toMatch(/<script(?![^>]*\bsrc=)/);
    page = await lab.open();
    const blocked = await page.evaluate(() => {
      const script = document.createElement("script");
      script.textContent = "window.wasRun = true";
      document.head.append(script);
      return "wasRun" in window;
    });
    expect(blocked).toBe(false);
    lab.failures.length = 0; // the violation above was meant
    await page.context().close();
  });

  it("keeps the chosen colours, and follows the system when asked to", async () => {
    page = await lab.open("", { colorScheme: "dark" });
    const shown = () => page.evaluate(() => document.documentElement.dataset.theme);
    await expect.poll(() => shown()).toBe("dark");
    const choose = async (item: string) => {
      await page.getByRole("button", { name: "Colours" }).click();
      await page.getByRole("menuitem", { name: item }).click();
    };
    await choose("Light");
    await expect.poll(() => shown()).toBe("light");
    await page.reload();
    await page.locator(".room h1").waitFor();
    await expect.poll(() => shown()).toBe("light");
    await choose("As the system");
    await expect.poll(() => shown()).toBe("dark");
    await page.emulateMedia({ colorScheme: "light" });
    await expect.poll(shown).toBe("light");
    await page.context().close();
  });

  it("opens rooms by tab, key and address, and goes back", async () => {
    page = await lab.open("#phase?w=2");
    const tabs = page.getByRole("navigation", { name: "Rooms" }).getByRole("link");
    const names = await tabs.allTextContents();
    const title = page.locator(".room h1");
    for (const [i, name] of names.entries()) {
      await tabs.nth(i).click();
      await expect.poll(() => title.textContent(), { timeout: 20_000 }).toBe(name);
      await expect.poll(() => tabs.nth(i).getAttribute("aria-current")).toBe("page");
      await expect.poll(() => page.title()).toContain(name);
    }
    for (let i = 1; i < names.length; i++) await page.goBack();
    await expect.poll(() => title.textContent()).toBe(names[0]);
    await expect.poll(() => page.evaluate(() => location.hash)).toBe("#phase?w=2");
    await page.keyboard.press("2");
    await expect.poll(() => title.textContent()).toBe(names[1]);
    await page.context().close();
  });

  it("finds commands by letters and runs them, and gives the focus back", async () => {
    page = await lab.open();
    const button = page.locator("header").getByRole("button", { name: "Commands" });
    await button.focus();
    await page.keyboard.press("Enter");
    const query = page.getByRole("combobox", { name: "Search commands" });
    await query.fill("gtlt");
    await expect.poll(() => page.getByRole("option").first().textContent()).toContain("Go to Lattice");
    await query.fill("qqqq");
    await expect.poll(() => page.getByText("No command has these letters.").count()).toBe(1);
    await page.keyboard.press("Escape");
    await expect.poll(() => page.getByRole("dialog").count()).toBe(0);
    // the focus comes back once the dialog has gone
    await expect
      .poll(() => page?.evaluate(() => document.activeElement?.getAttribute("aria-label")))
      .toBe("Commands");
    await page.keyboard.press("?");
    await page.getByRole("dialog", { name: "Keys" }).waitFor();
    await page.waitForTimeout(100); // nothing that closed the palette closes this
    await expect.poll(() => page.getByRole("dialog", { name: "Keys" }).count()).toBe(1);
    expect(await findAccessibilityProblems(page)).toEqual([]);
    await page.keyboard.press("Escape");
    // typing belongs to fields: no palette from a slash in an expression
    await page.getByRole("combobox", { name: /activation/ }).pressSequentially("/2");
    await expect.poll(() => page.getByRole("dialog").count()).toBe(0);
    await page.context().close();
  });

  it("says when a room's files are gone, and stays usable", async () => {
    // what a service worker keeps is not gone
    page = await lab.open("", { serviceWorkers: "block" });
    await page.route(/assets\/.*\.js$/, (route) => route.abort());
    await page.keyboard.press("2");
    const message = page.getByRole("alert").filter({ hasText: "did not open" });
    await message.waitFor();
    await expect.poll(() => message.textContent()).toMatch(/Reload the page/);
    await page.unroute(/assets\/.*\.js$/);
    await page.keyboard.press("1");
    await expect.poll(() => page.locator(".room h1").textContent()).toBe("Phase");
    lab.failures.length = 0; // the requests above were refused on purpose
    await page.context().close();
  });

  it("raised no error and asked nobody else for anything", () => {
    expect(lab.failures).toEqual([]);
  });
});
