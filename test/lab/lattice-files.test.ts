/** Files of the Lattice room: pictures as they are looked at, spins, snapshots, films. */
import { readFile } from "node:fs/promises";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { buildTiling, dualTiling, meshOf } from "../../src/lattice/index.ts";
import { hasChromium } from "../browser/chromium.ts";
import { hashOf, type Lab, saveFigure, startLab } from "./setup/lab.ts";
import { palette, patience, placeOf, ready, SMALL, still, sweepsOf } from "./setup/lattice-page.ts";
import { readPng } from "./setup/png.ts";

describe.runIf(hasChromium)("files of the Lattice room", () => {
  let lab: Lab;
  beforeAll(async () => {
    lab = await startLab({ draws: "software" });
  });
  afterAll(async () => {
    await lab?.close();
    expect(lab?.failures).toEqual([]);
  });
  afterEach(async () => {
    for (const context of lab.browser.contexts()) await context.close();
  });

  it("saves the picture as SVG and PNG, spins as CSV and JSON", async () => {
    const page = await lab.open(SMALL, still);
    await ready(page);
    for (let n = 0; n < 2; n++) await palette(page, "Run 100 sweeps");
    await page.locator('.lattice-estimates table[data-measured="160"]').waitFor();
    const svg = String((await saveFigure(page, "tiling-spins", "SVG, light")).bytes);
    expect(svg.match(/<path /g)?.length).toBe(85);
    expect(svg).toContain("<title>Spins on 7,3:4 at T = 3</title>");
    const png = readPng((await saveFigure(page, "tiling-spins", "PNG 2×, light")).bytes);
    expect([png.width, png.height]).toEqual([1440, 1440]);
    expect(JSON.parse(png.texts.Comment ?? "")).toMatchObject({
      seed: 5,
      algorithm: "wolff",
      temperature: 3,
    });
    const csv = String((await saveFigure(page, "tiling-spins", "CSV")).bytes)
      .trim()
      .split(/\r?\n/);
    expect(csv[0]).toBe("site,spin");
    expect(csv).toHaveLength(86);
    const json = JSON.parse(String((await saveFigure(page, "tiling-spins", "JSON")).bytes));
    expect(json.data.spins).toHaveLength(85);
    expect(csv.slice(1).map((line) => Number(line.split(",")[1]))).toEqual(json.data.spins);
    expect(json.data.estimates).toMatchObject({ measured: 160, temperature: 3 });
    const trace = readPng((await saveFigure(page, "ising-trace", "PNG 1×, light")).bytes);
    expect(trace.width).toBeGreaterThan(200);
    await page.context().close();
  });

  it("saves the part that is enlarged, and the dual over it", async () => {
    const page = await lab.open(`${SMALL}&d=both`, still);
    await ready(page);
    const viewBox = (svg: string) => /viewBox="([^"]+)"/.exec(svg)?.[1]?.split(" ").map(Number) ?? [];
    const outlines = (svg: string) =>
      /data-dual="true"[^>]* d="([^"]*)"/.exec(svg)?.[1]?.match(/M/g)?.length ?? 0;
    const whole = String((await saveFigure(page, "tiling-spins", "SVG, light")).bytes);
    expect(viewBox(whole)).toEqual([-360, -360, 720, 720]);
    expect(outlines(whole)).toBe(dualTiling(meshOf(buildTiling(7, 3, 4))).cells);
    const at = await placeOf(page, 0.5, 0.4);
    await page.mouse.move(at.x, at.y);
    await page.mouse.wheel(0, -900);
    await expect.poll(() => hashOf(page), patience).toMatch(/v=/);
    const part = String((await saveFigure(page, "tiling-spins", "SVG, light")).bytes);
    const [left, top, width, height] = viewBox(part) as [number, number, number, number];
    expect([width, height]).toEqual([720, 720]);
    const radius = Number(/<circle r="([\d.]+)"/.exec(part)?.[1]);
    const zoom = radius / 356;
    expect(zoom).toBeGreaterThan(2);
    // the point under the wheel stays where it is: (0.5, 0.4) radii of the whole disc beside the middle
    expect((left + width / 2) / radius).toBeCloseTo(0.5 * (1 - 1 / zoom), 1);
    expect(-(top + height / 2) / radius).toBeCloseTo(0.4 * (1 - 1 / zoom), 1);
    expect(part.match(/<path d=/g)?.length).toBeLessThan(85);
    expect(outlines(part)).toBeLessThan(outlines(whole));
  });

  it("saves a torus as it was turned", async () => {
    const page = await lab.open("#lattice?k=square&l=16&v=0,0,0,2,0.5,0.25", still);
    await ready(page);
    const svg = String((await saveFigure(page, "square-spins", "SVG, light")).bytes);
    // 16 sites of 45 pixels, half of them in sight
    expect(svg).toContain('viewBox="360 90 360 360"');
    expect(svg).toContain('x="360" y="90" width="360" height="360"');
    const png = readPng((await saveFigure(page, "square-spins", "PNG 1×, light")).bytes);
    expect([png.width, png.height]).toEqual([720, 720]);
  });

  it("keeps a snapshot, which is a picture that can be saved", async () => {
    const page = await lab.open(SMALL, still);
    await ready(page);
    await palette(page, "Run 100 sweeps");
    await expect.poll(() => sweepsOf(page), patience).toBe(100);
    await page.getByRole("button", { name: "Snapshot" }).click();
    const kept = page.getByRole("list", { name: "snapshots" }).getByRole("link");
    await kept.getByText("T = 3, sweep 100").waitFor();
    const [download] = await Promise.all([page.waitForEvent("download"), kept.click()]);
    expect(download.suggestedFilename()).toBe("lattice-100.png");
    const png = readPng(await readFile(await download.path()));
    const canvas = page.locator("canvas.lattice-canvas");
    const size = await canvas.evaluate((element) => {
      const { width, height } = element as HTMLCanvasElement;
      return [width, height];
    });
    expect([png.width, png.height]).toEqual(size);
  });

  it("films a run as WebM", async () => {
    const page = await lab.open(SMALL, still);
    await ready(page);
    await page.getByRole("button", { name: "Run", exact: true }).click();
    await page.getByRole("button", { name: "Record", exact: true }).click();
    const stop = page.getByRole("button", { name: "Stop recording" });
    await stop.waitFor();
    const before = await sweepsOf(page);
    await expect.poll(() => sweepsOf(page), patience).toBeGreaterThan(before + 20);
    const [download] = await Promise.all([page.waitForEvent("download"), stop.click()]);
    expect(download.suggestedFilename()).toBe("lattice.webm");
    const film = await readFile(await download.path());
    // EBML, and what it says of itself
    expect(film.subarray(0, 4)).toEqual(Buffer.from([0x1a, 0x45, 0xdf, 0xa3]));
    expect(film.includes("webm")).toBe(true);
    expect(film.includes("V_VP") || film.includes("V_AV1")).toBe(true);
    expect(film.length).toBeGreaterThan(2000);
    // a browser plays it back, in the size of the canvas
    const canvas = await page.locator("canvas.lattice-canvas").evaluate((element) => {
      const { width, height } = element as HTMLCanvasElement;
      return [width, height];
    });
    // the lab's own policy lets no page of it play films
    const player = await page.context().newPage();
    const played = await player.evaluate(async (base64) => {
      const bytes = Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));
      const video = document.createElement("video");
      video.muted = true;
      video.src = URL.createObjectURL(new Blob([bytes], { type: "video/webm" }));
      await new Promise((done, fail) => {
        video.onloadeddata = done;
        video.onerror = () => fail(new Error(video.error?.message ?? "no video"));
      });
      return [video.videoWidth, video.videoHeight];
    }, film.toString("base64"));
    expect(played).toEqual(canvas);
  });
});
