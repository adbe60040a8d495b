/**
 * The lab in Chromium: first paint, size of the shell, the longest task on the main thread while a room computes, the phase
 * diagram, sweeps of an Ising lattice, and frames while a cross-hair is dragged. Everything is measured on the built page
 * behind the product's own server. Targets are written beside the numbers; a missed one stays in the table.
 */
import { writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { fileURLToPath } from "node:url";
import { type Browser, chromium, type Page } from "playwright-core";
// @ts-expect-error a build script without types
import { buildLab, isLabStale } from "../../scripts/build-lab.mjs";
import { listen } from "../../src/cli/lab/listen.ts";
import { EMPTY_SHELF } from "../../src/cli/lab/run-shelf.ts";
import { createLabServer } from "../../src/cli/lab/server.ts";
import { openSite } from "../../src/cli/lab/site.ts";
import { listShell } from "./shell.ts";
import { type LongestTask, traceTasks } from "./trace.ts";

/** `ISINGLASS_LAB` names a page that is already built. */
const ready = process.env.ISINGLASS_LAB;
const folder = ready ?? fileURLToPath(new URL("../../dist/lab", import.meta.url));
const executablePath = process.env.CHROMIUM ?? "/usr/bin/chromium";
/** Cold visits and repetitions; the median counts. */
const ROUNDS = 5;

/** A number with its target; `isMet` says whether it holds. */
interface Row {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  readonly target: string;
  readonly isMet: boolean;
  /** All repetitions, where there are some. */
  readonly all?: readonly number[];
}

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[values.length >> 1] as number;
const row = (
  name: string,
  all: readonly number[],
  unit: string,
  target: readonly ["<" | ">=", number],
): Row => {
  const value = median(all);
  const [sign, limit] = target;
  return {
    name,
    value,
    unit,
    target: `${sign} ${limit}`,
    isMet: sign === "<" ? value < limit : value >= limit,
    all,
  };
};

/** A visit with empty storage and caches. */
async function visit<T>(browser: Browser, address: string, work: (page: Page) => Promise<T>): Promise<T> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
  try {
    const page = await context.newPage();
    await page.goto(address);
    await page.locator(".room h1").waitFor();
    return await work(page);
  } finally {
    await context.close();
  }
}

async function repeat<T>(times: number, work: () => Promise<T>): Promise<T[]> {
  const results: T[] = [];
  for (let i = 0; i < times; i++) results.push(await work());
  return results;
}

async function measureFirstPaint(browser: Browser, base: string): Promise<Row[]> {
  const visits = await repeat(ROUNDS, () =>
    visit(browser, base, async (page) => {
      const room = await page.evaluate(() => performance.now());
      const paint = await page.evaluate(
        () => performance.getEntriesByName("first-contentful-paint")[0]?.startTime ?? Number.NaN,
      );
      return { paint, room };
    }),
  );
  return [
    row(
      "first paint, cold",
      visits.map(({ paint }) => paint),
      "ms",
      ["<", 1000],
    ),
    row(
      "first room there, cold",
      visits.map(({ room }) => room),
      "ms",
      ["<", 1000],
    ),
  ];
}

/** Milliseconds of the marks that the painter leaves. */
async function measurePhase(browser: Browser, base: string): Promise<Row[]> {
  const wait = (page: Page, count: number): Promise<unknown> =>
    page.waitForFunction((n) => performance.getEntriesByName("phase-full-picture").length >= n, count, {
      timeout: 60_000,
    });
  const read = (page: Page, name: string): Promise<number[]> =>
    page.evaluate((mark) => performance.getEntriesByName(mark).map(({ duration }) => duration), name);
  return visit(browser, `${base}#phase?n=100`, async (page) => {
    await wait(page, 1);
    const cold = {
      first: (await read(page, "phase-first-picture"))[0] as number,
      full: (await read(page, "phase-full-picture"))[0] as number,
    };
    const warm: { first: number[]; full: number[] } = { first: [], full: [] };
    for (let i = 1; i <= ROUNDS; i++) {
      const weight = 4 + i / 10;
      await page.evaluate((to) => {
        location.hash = to;
      }, `#phase?n=100&x=0.5:${weight}`);
      await wait(page, i + 1);
      warm.first.push((await read(page, "phase-first-picture")).at(-1) as number);
      warm.full.push((await read(page, "phase-full-picture")).at(-1) as number);
    }
    return [
      row("phase diagram of tanh 100 x 100, first picture", warm.first, "ms", ["<", 100]),
      row("phase diagram of tanh 100 x 100, full", warm.full, "ms", ["<", 1000]),
      row("the same on the first visit, workers starting: first picture", [cold.first], "ms", ["<", 100]),
      row("the same on the first visit, workers starting: full", [cold.full], "ms", ["<", 1000]),
    ];
  });
}

async function measureIsing(browser: Browser, base: string): Promise<Row[]> {
  const rates = async (algorithm: string): Promise<number[]> =>
    visit(browser, `${base}#lattice?k=square&l=512&t=2.269185&a=${algorithm}&f=fastest&w=0`, async (page) => {
      const counter = page.locator(".lattice-counter");
      await page.locator(".lattice-counter[data-rate]").waitFor();
      const found: number[] = [];
      for (let i = 0; i < ROUNDS; i++) {
        await page.waitForTimeout(1500);
        found.push(Number(await counter.getAttribute("data-rate")));
      }
      return found;
    });
  return [
    row("Ising 512 x 512, Metropolis", await rates("metropolis"), "sweeps/s", [">=", 200]),
    row("Ising 512 x 512, heat bath", await rates("heat-bath"), "sweeps/s", [">=", 200]),
  ];
}

/** Rooms that compute for some seconds, and how that is begun. */
const COMPUTING: readonly (readonly [name: string, hash: string, key: string | null])[] = [
  ["Phase, a drag", "#phase?n=100", null],
  ["Diagnose, 30 layers", "#diagnose?s=784-200x30-10%20tanh&k=2&n=128", "d"],
  ["Flow, 20 decoders", "#flow", " "],
  ["Generalise, sampling", "#generalise?h=1", null],
  ["Lattice, {7,3}", "#lattice?f=4", null],
  ["Lattice, 512 x 512", "#lattice?k=square&l=512&t=2.269185&a=metropolis", null],
];
/** How long each is watched. */
const WATCHED = 6000;

async function measureTasks(
  browser: Browser,
  base: string,
): Promise<(LongestTask & { readonly name: string })[]> {
  const found: (LongestTask & { readonly name: string })[] = [];
  for (const [name, hash, key] of COMPUTING) {
    const task = await visit(browser, `${base}${hash}`, async (page) => {
      await page.waitForTimeout(1500); // the room has drawn itself
      return traceTasks(browser, page, async () => {
        if (name.startsWith("Phase")) await drag(page, WATCHED);
        else {
          if (key !== null) await page.keyboard.press(key);
          await page.waitForTimeout(WATCHED);
        }
      });
    });
    found.push({ name, ...task });
  }
  return found;
}

/** Drags the cross-hair in a circle with one move a frame's time. */
async function drag(page: Page, milliseconds: number): Promise<void> {
  const plane = page.locator(".plane").first();
  const box = await plane.boundingBox();
  if (box === null) throw new Error("the phase diagram is not there");
  const [x, y, r] = [box.x + box.width / 2, box.y + box.height / 2, Math.min(box.width, box.height) / 5];
  await page.mouse.move(x + r, y);
  await page.mouse.down();
  const started = Date.now();
  while (Date.now() - started < milliseconds) {
    const angle = ((Date.now() - started) / 1000) * Math.PI;
    await page.mouse.move(x + r * Math.cos(angle), y + r * Math.sin(angle));
    await page.waitForTimeout(8);
  }
  await page.mouse.up();
}

async function measureFrames(browser: Browser, base: string): Promise<Row[]> {
  return visit(browser, `${base}#phase?n=100`, async (page) => {
    await page.waitForFunction(() => performance.getEntriesByName("phase-full-picture").length > 0);
    await page.waitForTimeout(1000);
    // as text: tsx would wrap a named function in a helper that the page does not have
    await page.evaluate(`
      window.frameTimes = [];
      requestAnimationFrame(function next(now) {
        window.frameTimes.push(now);
        requestAnimationFrame(next);
      });
    `);
    await drag(page, 4000);
    const frames = await page.evaluate(() => (window as unknown as { frameTimes: number[] }).frameTimes);
    const gaps = frames.slice(1).map((now, i) => now - (frames[i] as number));
    const seconds = ((frames.at(-1) as number) - (frames[0] as number)) / 1000;
    return [
      row("frames while dragging the cross-hair", [gaps.length / seconds], "frames/s", [">=", 55]),
      row("longest gap between two of them", [Math.max(...gaps)], "ms", ["<", 50]),
    ];
  });
}

if (ready === undefined && isLabStale()) await buildLab();
const server = createLabServer({ site: openSite(folder), runs: EMPTY_SHELF });
const port = await listen(server, "127.0.0.1", 0);
const base = `http://127.0.0.1:${port}/`;
const browser = await chromium.launch({ executablePath, args: ["--no-sandbox", "--disable-gpu"] });
try {
  const shell = listShell(folder);
  const shellBytes = shell.reduce((sum, { gzipBytes }) => sum + gzipBytes, 0);
  const rows: Row[] = [
    ...(await measureFirstPaint(browser, base)),
    row("shell, gzipped", [shellBytes / 1024], "KiB", ["<", 150]),
    ...(await measurePhase(browser, base)),
    ...(await measureIsing(browser, base)),
    ...(await measureFrames(browser, base)),
  ];
  const tasks = await measureTasks(browser, base);
  rows.push(
    ...tasks.map(({ name, cpuMs }) =>
      row(`longest task on the main thread: ${name}`, [cpuMs], "ms", ["<", 50]),
    ),
  );
  for (const { name, value, unit, target, isMet } of rows) {
    console.log(
      `${isMet ? "ok    " : "MISSED"} ${name}: ${value < 1000 ? Number(value.toPrecision(3)) : Math.round(value)} ${unit} (${target})`,
    );
  }
  const result = {
    benchmark: "lab",
    machine: {
      cpu: cpus()[0]?.model ?? "unknown",
      threads: cpus().length,
      node: process.version,
      chromium: browser.version(),
      gpu: false,
    },
    rounds: ROUNDS,
    shell,
    rows,
    tasks,
  };
  const path = new URL("../results/lab.json", import.meta.url);
  writeFileSync(path, `${JSON.stringify(result, null, 2)}\n`);
} finally {
  await browser.close();
  server.close();
  server.closeAllConnections();
}
