/** The whole page for everybody: axe-core in both colours, the keyboard alone, phone width, reduced motion. */
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { hasChromium } from "../browser/chromium.ts";
import { findAccessibilityProblems, hashOf, type Lab, startLab } from "./setup/lab.ts";

/** Rooms with something in them, and what tells that it is there. */
const rooms: readonly (readonly [name: string, hash: string, there: string])[] = [
  ["phase", "#phase?p=1,0.05,tanh", "figure"],
  ["diagnose", "#diagnose", "textarea, input"],
  ["flow", "#flow", "input"],
  ["generalise", "#generalise?p=30", "figure svg"],
  ["lattice", "#lattice?n=4", "figure canvas"],
  ["stories", "#stories", ".story-list"],
  ["a step of a story", "#stories?s=order&n=2", ".pointed-at"],
  ["run folders", "#run", ".panel"],
];
const PHONE = { width: 390, height: 844 };

/** What has the focus, as a screen reader would name it. */
const focused = (page: Page) =>
  page.evaluate(() => {
    const element = document.activeElement;
    if (element === null || element === document.body) return "body";
    const name = element.getAttribute("aria-label") ?? element.textContent ?? "";
    return `${element.tagName.toLowerCase()} ${name.trim().slice(0, 40)}`;
  });

describe.runIf(hasChromium)("the page for everybody", () => {
  let lab: Lab;
  beforeAll(async () => {
    lab = await startLab();
  });
  afterAll(() => lab?.close());

  describe.each(["light", "dark"] as const)("in %s colours", (colorScheme) => {
    it.each(rooms)("%s has no serious finding of axe-core", async (_name, hash, there) => {
      const page = await lab.open(hash, { colorScheme });
      await page.locator(there).first().waitFor({ timeout: 60_000 });
      await page.waitForTimeout(500);
      expect(await findAccessibilityProblems(page)).toEqual([]);
      await page.context().close();
    });
  });

  it.each(rooms)("%s is as wide as a phone", async (_name, hash, there) => {
    const page = await lab.open(hash, { viewport: PHONE });
    await page.locator(there).first().waitFor({ timeout: 60_000 });
    const widths = (most: number) => {
      const offenders = [...document.querySelectorAll("main *, header *")].filter((element) => {
        const { right, width: own } = element.getBoundingClientRect();
        const isScrolled = element.closest(".twin, nav, pre, .menu, [data-scrolls]") !== null;
        return right > most + 1 && own > 0 && !isScrolled;
      });
      return [
        document.documentElement.scrollWidth,
        offenders.slice(0, 5).map(({ tagName, className }) => `${tagName}.${className}`),
      ] as const;
    };
    // figures take their width from the page, a moment after it has its own
    await page.waitForTimeout(300);
    await expect
      .poll(async () => {
        const [width, wide] = await page.evaluate(widths, PHONE.width);
        return [width, width > PHONE.width ? wide : []];
      })
      .toEqual([PHONE.width, []]);
    await page.context().close();
  });

  it("begins with a way to skip to the content", async () => {
    const page = await lab.open("#phase");
    await page.keyboard.press("Tab");
    await expect.poll(() => focused(page)).toBe("button Skip to the content");
    await page.keyboard.press("Enter");
    await expect.poll(() => page.evaluate(() => document.activeElement?.id)).toBe("main");
    await page.context().close();
  });

  it.each(rooms.filter(([name]) => name !== "run folders"))(
    "%s is passed by Tab from end to end, with the focus seen everywhere",
    async (_name, hash, there) => {
      const page = await lab.open(hash);
      await page.locator(there).first().waitFor({ timeout: 60_000 });
      const invisible: string[] = [];
      const seen: string[] = [];
      for (let i = 0; i < 250; i++) {
        await page.keyboard.press("Tab");
        const name = await focused(page);
        if (name === "body") break;
        seen.push(name);
        const isSeen = await page.evaluate(() => {
          const element = document.activeElement as HTMLElement;
          const style = getComputedStyle(element);
          const { width, height } = element.getBoundingClientRect();
          const isOutlined = style.outlineStyle !== "none" && Number.parseFloat(style.outlineWidth) > 0;
          return width > 0 && height > 0 && (isOutlined || style.boxShadow !== "none");
        });
        if (!isSeen) invisible.push(name);
      }
      expect(invisible).toEqual([]);
      // behind the last control the focus leaves the page: it is caught nowhere
      expect(seen.length).toBeLessThan(250);
      expect(seen.length).toBeGreaterThan(12);
      await page.context().close();
    },
  );

  it("goes everywhere by keys: rooms, palette, help, reset, and gives the focus back", async () => {
    const page = await lab.open("#phase");
    await page.keyboard.press("5");
    await page.locator(".room-lattice h1").waitFor();
    await page.keyboard.press("1");
    await page.locator(".room-phase h1").waitFor();
    await page.keyboard.press("?");
    await page.getByRole("dialog", { name: "Keys" }).waitFor();
    await expect
      .poll(() => page.evaluate(() => document.activeElement?.closest("dialog") !== null))
      .toBe(true);
    await page.keyboard.press("Escape");
    await page.getByRole("dialog").waitFor({ state: "detached" });
    await page.keyboard.press("/");
    await page.getByRole("dialog", { name: "Commands" }).waitFor();
    await page.keyboard.type("go to stor");
    await page.keyboard.press("Enter");
    await page.locator(".room-stories h1").waitFor();
    await expect.poll(() => hashOf(page)).toMatch(/^#stories/);
    await page.context().close();
  });

  it("moves the cross-hair by arrows, with the address, and announces where it is", async () => {
    const page = await lab.open("#phase?w=2");
    const hair = page.getByRole("slider", { name: "cross-hair" });
    await hair.focus();
    const before = await hair.getAttribute("aria-valuetext");
    await page.keyboard.press("ArrowRight");
    await page.keyboard.press("Shift+ArrowUp");
    await page.waitForFunction((hash) => location.hash !== hash, "#phase?w=2");
    await expect.poll(() => hair.getAttribute("aria-valuetext")).not.toBe(before);
    await page.goBack();
    await page.waitForFunction(
      (text) =>
        document
          .querySelector(".cross-hair")
          ?.getAttribute("aria-valuetext")
          ?.startsWith((text as string).slice(0, 17)),
      before,
    );
    await page.context().close();
  });

  it("starts no motion by itself where less motion is wanted", async () => {
    const page = await lab.open("#stories?s=boundary&n=4", { reducedMotion: "reduce" });
    await page.locator(".pointed-at").first().waitFor({ timeout: 60_000 });
    await page.waitForTimeout(1500);
    await expect.poll(() => page.locator(".lattice-counter").getAttribute("data-sweeps")).toMatch(/^0$|^$/);
    await page.context().close();
  });

  it("had no uncaught error and no violation of its policy, and asked nobody else", () => {
    expect(lab.failures).toEqual([]);
  });
});
