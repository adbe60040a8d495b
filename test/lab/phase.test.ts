/** The Phase room in Chromium: a real drag, the address, files opened and checked, keys only, numbers equal to the library's. */
import { execFileSync } from "node:child_process";
import { JSDOM } from "jsdom";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { formatEstimate } from "../../src/figures/index.ts";
import { resolveActivation } from "../../src/networks/index.ts";
import {
  paintPhaseDiagram,
  predictCorrelationStep,
  predictDepthProfile,
  solveCriticalLine,
  solveMeanField,
} from "../../src/signal/index.ts";
import { hasChromium } from "../browser/chromium.ts";
import {
  addressOf,
  copiedBy,
  findAccessibilityProblems,
  type Lab,
  saveFigure,
  startLab,
} from "./setup/lab.ts";
import { readPng } from "./setup/png.ts";
import { runProgram } from "./setup/programs.ts";

const names = ["q", "c", "chi1", "xiQ", "xiC", "maxDepth"] as const;

/** What the page must show for a network. */
function expectedNumbers(activation: string, sigmaW2: number, sigmaB2: number): string[] {
  const field = solveMeanField(resolveActivation(activation), { sigmaW2, sigmaB2 });
  return names.map((name) => formatEstimate(field[name]));
}

/** Waits until the page shows these numbers. */
async function expectNumbers(page: Page, activation: string, w: number, b: number): Promise<void> {
  const expected = expectedNumbers(activation, w, b);
  const shown = () =>
    page.locator("[data-number]").evaluateAll((cells) => cells.map(({ textContent }) => textContent));
  await expect.poll(shown).toEqual(expected);
}

const wholePicture = (page: Page) =>
  page.waitForFunction(() => performance.getEntriesByName("phase-full-picture").length > 0);
const query = async (page: Page) =>
  new URLSearchParams(new URL(await addressOf(page)).hash.split("?")[1] ?? "");
const crossHair = (page: Page) => page.getByRole("slider", { name: "cross-hair" });
const typed = (page: Page, label: RegExp) => page.getByRole("textbox", { name: label });

describe.runIf(hasChromium)("the Phase room", () => {
  let lab: Lab;
  let page: Page;

  beforeAll(async () => {
    lab = await startLab();
  });
  afterAll(async () => {
    await lab?.close();
  });

  it("shows the library's numbers to the last digit", async () => {
    page = await lab.open();
    await expectNumbers(page, "tanh", 1.5, 0.05);
    await page.goto(`${lab.url}#phase?a=gelu&w=3.7&b=0.31`);
    await expectNumbers(page, "gelu", 3.7, 0.31);
    await page.goto(`${lab.url}#phase?a=relu&w=2&b=0`);
    await expectNumbers(page, "relu", 2, 0);
    await page.goto(`${lab.url}#phase?a=x*sigmoid(1.5*x)&w=2.5&b=0.1`);
    await expectNumbers(page, "x*sigmoid(1.5*x)", 2.5, 0.1);
    await page.close();
  });

  it("follows a drag, keeps it in the address as one step, and goes back and forward", async () => {
    page = await lab.open("#phase?a=gelu");
    await wholePicture(page);
    const handle = (await crossHair(page).boundingBox())!;
    const [x, y] = [handle.x + handle.width / 2, handle.y + handle.height / 2];
    // all of them: the depth scale stays infinite over a part of the way
    const shown = async () => (await page.locator("[data-number]").allTextContents()).join(" ");
    const before = await shown();
    await page.mouse.move(x, y);
    await page.mouse.down();
    const seen = [before];
    for (let step = 1; step <= 12; step++) {
      await page.mouse.move(x + 10 * step, y - 6 * step);
      // the numbers move along, not only at the end
      if (step % 3 === 0) {
        await expect.poll(shown).not.toBe(seen.at(-1));
        seen.push(await shown());
      }
    }
    await page.mouse.up();
    expect(new Set(seen).size).toBeGreaterThan(3);
    const place = await query(page);
    const [w, b] = [Number(place.get("w")), Number(place.get("b"))];
    expect(w).toBeGreaterThan(1.6);
    expect(b).toBeGreaterThan(0.06);
    await expectNumbers(page, "gelu", w, b);
    const there = await addressOf(page);

    const again = await lab.open(new URL(there).hash);
    await expectNumbers(again, "gelu", w, b);
    await expect.poll(() => typed(again, /weight variance.*typed/).inputValue()).toBe(String(w));
    await expect.poll(() => addressOf(again)).toBe(there);
    await again.context().close();

    await page.goBack();
    await expectNumbers(page, "gelu", 1.5, 0.05);
    await page.goForward();
    await expectNumbers(page, "gelu", w, b);
    await expect.poll(() => addressOf(page)).toBe(there);
    await page.context().close();
  });

  it("zooms with the wheel, moves the window with Shift, and shows it whole again", async () => {
    page = await lab.open();
    await wholePicture(page);
    const plane = (await page.locator(".plane").boundingBox())!;
    const [x, y] = [plane.x + plane.width / 2, plane.y + plane.height / 2];
    await page.mouse.click(x, y);
    await page.mouse.wheel(0, -100);
    await expect
      .poll(async () => [...(await query(page)).keys()])
      .toEqual(expect.arrayContaining(["x", "y"]));
    const zoomed = (await query(page)).get("x")!.split(":").map(Number);
    expect(zoomed[1]! - zoomed[0]!).toBeCloseTo(3.5 / 1.25, 1);
    await page.keyboard.down("Shift");
    await page.mouse.move(x, y);
    await page.mouse.down();
    await page.mouse.move(x - 60, y, { steps: 4 });
    await page.mouse.up();
    await page.keyboard.up("Shift");
    await expect
      .poll(async () => Number((await query(page)).get("x")?.split(":")[0]))
      .toBeGreaterThan(zoomed[0]!);
    await page.mouse.dblclick(x, y);
    await expect.poll(async () => (await query(page)).has("x")).toBe(false);
    await page.context().close();
  });

  it("takes the default for what an address cannot mean, and says so", async () => {
    page = await lab.open("#phase?w=-3&b=0.1&x=4:1&n=1e9&z=colour&p=1,2");
    const notices = page.locator(".notice");
    await expect.poll(() => notices.count()).toBe(4); // the latest four
    expect(await notices.allTextContents()).toEqual(
      expect.arrayContaining([
        expect.stringMatching(/x=4:1.*FROM:TO/),
        expect.stringMatching(/p=1,2.*expected/),
      ]),
    );
    await expectNumbers(page, "tanh", 1.5, 0.1);
    await page.getByRole("button", { name: "Close this notice" }).first().click();
    await expect.poll(() => notices.count()).toBe(3);
    expect(new URL(await addressOf(page)).hash).toBe("#phase?b=0.1");
    await page.context().close();
    page = await lab.open("#nowhere");
    await expect.poll(() => page.locator(".notice").textContent()).toMatch(/no room called "nowhere"/);
    await expectNumbers(page, "tanh", 1.5, 0.05);
    await page.context().close();
  });

  it("explains a typo in an expression and keeps working", async () => {
    page = await lab.open();
    await wholePicture(page);
    const field = page.getByRole("combobox", { name: /activation/ });
    await field.fill("x*sigmiod(x)");
    await expect.poll(() => page.locator(".expression .problem").textContent()).toMatch(/sigmiod.*sigmoid/);
    await expect.poll(() => field.getAttribute("aria-invalid")).toBe("true");
    await expectNumbers(page, "tanh", 1.5, 0.05);
    await field.fill("x*sigmoid(x)");
    await field.press("Enter");
    await expectNumbers(page, "x*sigmoid(x)", 1.5, 0.05);
    await expect.poll(() => page.locator(".expression .problem").textContent()).toBe("");
    expect((await query(page)).get("a")).toBe("x*sigmoid(x)");
    await page.context().close();
    page = await lab.open("#phase?a=x*sigmiod(x)");
    await expect.poll(() => page.locator(".expression .problem").textContent()).toMatch(/sigmiod/);
    await expect.poll(() => page.locator(".point-numbers .reason").count()).toBe(1);
    await page.keyboard.press("r");
    await expectNumbers(page, "tanh", 1.5, 0.05);
    await page.context().close();
  });

  it("refuses numbers out of range beside the field", async () => {
    page = await lab.open();
    const field = typed(page, /weight variance.*typed/);
    await field.fill("1e9");
    await field.press("Enter");
    await expect
      .poll(() => page.locator(".slider .problem").textContent())
      .toMatch(/received 1e9, expected a number from/);
    await expectNumbers(page, "tanh", 1.5, 0.05);
    await field.fill("2.25");
    await field.press("Enter");
    await expectNumbers(page, "tanh", 2.25, 0.05);
    await expect.poll(() => page.locator(".slider .problem").count()).toBe(0);
    await page.context().close();
  });

  it("saves the picture as SVG, PNG, CSV and JSON with the library's numbers", async () => {
    page = await lab.open("#phase?n=24&w=2.1&b=0.08");
    await wholePicture(page);
    await expectNumbers(page, "tanh", 2.1, 0.08);
    const field = solveMeanField(resolveActivation("tanh"), { sigmaW2: 2.1, sigmaB2: 0.08 });

    const svg = await saveFigure(page, "phase-diagram", "SVG, light");
    expect(svg.name).toBe("phase-diagram.svg");
    const { document } = new JSDOM(svg.bytes.toString("utf8"), { contentType: "image/svg+xml" }).window;
    expect(document.documentElement.tagName).toBe("svg");
    expect(JSON.parse(document.querySelector("metadata")!.textContent).parameters.weightVariance).toBe(2.1);

    for (const scale of [1, 3]) {
      const png = await saveFigure(page, "phase-diagram", `PNG ${scale}×, light`);
      const { width, height, texts } = readPng(png.bytes);
      expect([width, height]).toEqual([720 * scale, Math.round(720 * 0.62) * scale]);
      expect(texts.Title).toBe("Phase diagram of tanh");
      expect(texts.Description).toContain("critical");
      expect(JSON.parse(texts.Comment!)).toMatchObject({ activation: "tanh", biasVariance: 0.08 });
      expect(texts.Source).toBe(await addressOf(page));
    }

    const csv = (await saveFigure(page, "phase-diagram", "CSV")).bytes.toString("utf8");
    const [head, first] = csv.split("\n").map((line) => line.split(","));
    expect(head?.slice(0, 4)).toEqual(["point", "activation", "sigma_w^2", "sigma_b^2"]);
    for (const [column, value] of [
      ["q", field.q],
      ["c", field.c],
      ["chi1", field.chi1],
      ["xi_c", field.xiC],
    ] as const)
      expect(Number(first![head!.indexOf(column)])).toBeCloseTo(value.value, 11);

    const json = JSON.parse((await saveFigure(page, "phase-diagram", "JSON")).bytes.toString("utf8"));
    const diagram = await paintPhaseDiagram(resolveActivation("tanh"), {
      ...{ sigmaW2: [0.5, 4], sigmaB2: [0, 0.5], nx: 24, ny: 24 },
    });
    expect(json.data.q).toHaveLength(576);
    for (let at = 0; at < 576; at += 7) {
      expect(json.data.chi1[at]).toBeCloseTo(diagram.chi1[at]!, 10);
      expect(json.data.q[at]).toBeCloseTo(diagram.q[at]!, 10);
      expect(json.data.c[at]).toBeCloseTo(diagram.c[at]!, 7);
    }
    await page.context().close();
  });

  it("draws and saves the map and the profiles of the library", async () => {
    page = await lab.open("#phase?a=erf&w=2&b=0.1&l=20&c=0.25");
    await expectNumbers(page, "erf", 2, 0.1);
    const erf = resolveActivation("erf");
    const variances = { sigmaW2: 2, sigmaB2: 0.1 };
    const profile = predictDepthProfile(erf, variances, { depth: 20, cosine: 0.25 });
    const rows = async (figure: string) =>
      (await saveFigure(page, figure, "CSV")).bytes
        .toString("utf8")
        .trim()
        .split("\n")
        .slice(1)
        .map((line) => /^("(?:[^"]|"")*"|[^,]*),([^,]*),([^,]*)$/.exec(line)!.slice(1));
    const correlations = await rows("correlation");
    expect(correlations).toHaveLength(20);
    for (const [i, [, layer, c]] of correlations.entries()) {
      expect(Number(layer)).toBe(i + 1);
      expect(Number(c)).toBeCloseTo(profile.c[i]!, 11);
    }
    for (const [i, [, , q]] of (await rows("variance")).entries())
      expect(Number(q)).toBeCloseTo(profile.q[i]!, 11);
    const field = solveMeanField(erf, variances);
    const map = (await rows("correlation-map")).filter(([name]) => name !== "layers");
    expect(map).toHaveLength(65);
    for (const [, c, next] of map.filter((_, i) => i % 8 === 0))
      expect(Number(next)).toBeCloseTo(
        predictCorrelationStep(erf, variances, field.q.value, 1 - Number(c)).c,
        11,
      );
    const png = await saveFigure(page, "correlation-map", "PNG 2×, dark");
    expect(readPng(png.bytes).width).toBe(1440);
    await page.context().close();
  });

  it("pins networks and compares them", async () => {
    page = await lab.open("#phase?w=1.2");
    await expectNumbers(page, "tanh", 1.2, 0.05);
    await page.getByRole("button", { name: "Pin the cross-hair" }).click();
    await page.goto(`${lab.url}#phase?a=relu&w=1.5&b=0.2&p=1.2,0.05,tanh`);
    await expectNumbers(page, "relu", 1.5, 0.2);
    await page.locator("body").press("p");
    const cells = page.locator(".pins tbody tr");
    await expect.poll(() => cells.count()).toBe(2);
    for (const [i, [activation, w, b]] of (
      [
        ["tanh", 1.2, 0.05],
        ["relu", 1.5, 0.2],
      ] as const
    ).entries()) {
      const expected = expectedNumbers(activation, w, b).slice(0, 5);
      await expect
        .poll(async () => (await cells.nth(i).locator("td").allTextContents()).slice(4, 9))
        .toEqual(expected);
    }
    expect((await query(page)).get("p")).toBe("1.2,0.05,tanh~1.5,0.2,relu");
    const csv = (await saveFigure(page, "correlation", "CSV")).bytes.toString("utf8");
    expect(csv).toContain("pin 1: tanh");
    await page.getByRole("button", { name: "Remove pin 1" }).click();
    await expect.poll(() => cells.count()).toBe(1);
    await page.context().close();
  });

  it("copies link, command line and code that make the same numbers", async () => {
    page = await lab.open("#phase?w=2.5");
    await expectNumbers(page, "tanh", 2.5, 0.05);
    const copied = (item: string) =>
      copiedBy(page, async () => {
        await page.locator("header").getByRole("button", { name: "Copy" }).click();
        await page.getByRole("menuitem", { name: item }).click();
      });
    expect(await copied("Link to this view")).toBe(await addressOf(page));
    const commands = await copied("Command line");
    expect(commands).toBe(
      "isinglass signal --activation 'tanh' --weight-variance 2.5 --bias-variance 0.05\n" +
        "isinglass phase --activation 'tanh' --weight 0.5:4 --bias 0:0.5 --resolution 100",
    );
    const words = (commands.split("\n")[0] as string).replaceAll("'", "").split(" ").slice(1);
    const cli = ["--import", "tsx", "-C", "source", "src/cli/main.ts", ...words, "--no-color"];
    const printed = execFileSync(process.execPath, cli, { encoding: "utf8" });
    for (const number of expectedNumbers("tanh", 2.5, 0.05)) expect(printed).toContain(number);
    const [first, second] = await runProgram(await copied("Library code"));
    const field = solveMeanField(resolveActivation("tanh"), { sigmaW2: 2.5, sigmaB2: 0.05 });
    expect(first).toEqual([
      field.phase,
      ...(["q", "c", "chi1", "xiQ", "xiC"] as const).map((name) => field[name].value),
    ]);
    expect(second?.[1]).toBe(10_000);
    await page.context().close();
  });

  it("works with keys only", async () => {
    page = await lab.open();
    await wholePicture(page);
    const press = async (...keys: string[]) => {
      for (const key of keys) await page.keyboard.press(key);
    };
    const focusOn = async (selector: string) => {
      for (let i = 0; i < 60; i++) {
        await press("Tab");
        if (await page.evaluate((wanted) => document.activeElement?.matches(wanted), selector)) return;
      }
      throw new Error(`${selector} is not reached by Tab`);
    };
    await press("Tab", "Enter"); // the skip link
    await expect.poll(() => page.evaluate(() => document.activeElement?.id)).toBe("main");
    await focusOn(".cross-hair");
    await press("ArrowRight", "ArrowRight", "Shift+ArrowUp", "Alt+ArrowLeft");
    const w = Number((await query(page)).get("w"));
    expect(w).toBeCloseTo(1.5 + 2 * 0.025 - 0.0025, 9);
    expect(Number((await query(page)).get("b"))).toBeCloseTo(0.05 + 0.025, 9);
    await expectNumbers(page, "tanh", w, Number((await query(page)).get("b")));
    await expect
      .poll(() => crossHair(page).getAttribute("aria-valuetext"))
      .toMatch(/weight variance 1\.5475.*ordered/);
    await press("c");
    const critical = solveCriticalLine(resolveActivation("tanh"), Number((await query(page)).get("b")))
      .sigmaW2.value;
    await expect.poll(async () => Number((await query(page)).get("w"))).toBeCloseTo(critical, 12);
    await expect.poll(() => page.locator(".phase-name strong").textContent()).toBe("critical");
    await press("+");
    await expect.poll(async () => (await query(page)).has("x")).toBe(true);
    await press("0");
    await expect.poll(async () => (await query(page)).has("x")).toBe(false);
    await press("p");
    await expect.poll(() => page.locator(".pins tbody tr").count()).toBe(1);
    // a figure's numbers, its table and its menu
    await focusOn("[data-figure=correlation] .plot");
    await press("ArrowRight", "ArrowRight");
    await expect
      .poll(() => page.locator("[data-figure=correlation] .reading").textContent())
      .toMatch(/layer 2 · c_l/);
    await page.keyboard.press("Shift+Tab"); // save
    await press("Enter", "ArrowDown", "Escape");
    await page.keyboard.press("Shift+Tab"); // table
    await press("Enter");
    await expect.poll(() => page.locator("[data-figure=correlation] .twin tbody tr").count()).toBe(60);
    // palette and help
    await press("/");
    await page.keyboard.type("dark");
    await press("Enter");
    await expect.poll(() => page.evaluate(() => document.documentElement.dataset.theme)).toBe("dark");
    await press("?");
    await page.getByRole("dialog", { name: "Keys" }).waitFor();
    await press("Escape");
    await expect.poll(() => page.getByRole("dialog").count()).toBe(0);
    await press("r");
    await expect.poll(async () => new URL(await addressOf(page)).hash).toBe("#phase");
    await page.context().close();
  });

  it.each(["light", "dark"] as const)("has no serious accessibility finding, %s", async (colorScheme) => {
    page = await lab.open("#phase?p=1.2,0.05,tanh", { colorScheme });
    await expectNumbers(page, "tanh", 1.5, 0.05);
    await page.locator("[data-figure=correlation]").getByRole("button", { name: "Table" }).click();
    await page.locator("details summary").first().click();
    expect(await findAccessibilityProblems(page)).toEqual([]);
    await page.locator("[data-figure=correlation]").getByRole("button", { name: /^Save/ }).click();
    expect(await findAccessibilityProblems(page)).toEqual([]);
    await page.keyboard.press("Escape");
    await page.locator("header").getByRole("button", { name: "Commands" }).click();
    expect(await findAccessibilityProblems(page)).toEqual([]);
    await page.context().close();
  });

  it("fits a phone: nothing is wider than the screen, the cross-hair moves by touch", async () => {
    page = await lab.open("", { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true });
    await wholePicture(page);
    await expect
      .poll(() => page.evaluate(() => document.documentElement.scrollWidth))
      .toBeLessThanOrEqual(390);
    const plane = (await page.locator(".plane").boundingBox())!;
    // a finger on the cross-hair drags it
    const handle = (await crossHair(page).boundingBox())!;
    const [x, y] = [handle.x + 13, handle.y + 13];
    const touch = await page.context().newCDPSession(page);
    const send = (type: "touchStart" | "touchMove" | "touchEnd", points: { x: number; y: number }[]) =>
      touch.send("Input.dispatchTouchEvent", { type, touchPoints: points });
    await send("touchStart", [{ x, y }]);
    for (let i = 1; i <= 5; i++) await send("touchMove", [{ x: x + 8 * i, y: y - 4 * i }]);
    await send("touchEnd", []);
    await expect.poll(async () => Number((await query(page)).get("w"))).toBeGreaterThan(1.6);
    await page.evaluate(() => history.back());
    await expect.poll(async () => (await query(page)).has("w")).toBe(false);
    await page.touchscreen.tap(plane.x + plane.width / 2, plane.y + plane.height / 2);
    await expect.poll(async () => (await query(page)).has("w")).toBe(true);
    await expectNumbers(
      page,
      "tanh",
      Number((await query(page)).get("w")),
      Number((await query(page)).get("b")),
    );
    await page.context().close();
  });

  it("raised no error and asked nobody else for anything", () => {
    expect(lab.failures).toEqual([]);
  });
});
