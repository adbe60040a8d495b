/**
 * The lab in Chromium: first paint, size of the shell, the longest task on the main thread while a room computes, the phase
 * diagram, sweeps of an Ising lattice, and frames while a cross-hair is dragged. Everything is measured on the built page
 * behind the product's own server. Targets are written beside the numbers; a missed one stays in the table. Arguments name
 * parts (paint, shell, phase, ising, frames, tasks) to print alone.
 */
import { writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";
// @ts-expect-error a build script without types
import { buildLab, isLabStale } from "../../scripts/build-lab.mjs";
import { listen } from "../../src/cli/lab/listen.ts";
import { EMPTY_SHELF } from "../../src/cli/lab/run-shelf.ts";
import { createLabServer } from "../../src/cli/lab/server.ts";
import { openSite } from "../../src/cli/lab/site.ts";
import { measureFirstPaint } from "./first-visit.ts";
import { measureIsing } from "./ising.ts";
import { measureFrames, measurePhase } from "./phase.ts";
import { type Row, row } from "./rows.ts";
import { listShell } from "./shell.ts";
import { measureTasks } from "./tasks.ts";
import type { LongestTask } from "./trace.ts";
import { ROUNDS } from "./visit.ts";

/** `ISINGLASS_LAB` names a page that is already built. */
const ready = process.env.ISINGLASS_LAB;
const folder = ready ?? fileURLToPath(new URL("../../dist/lab", import.meta.url));
const executablePath = process.env.CHROMIUM ?? "/usr/bin/chromium";
/** Pages of Chromium's own address bar, which it loads while the first page of a fresh profile starts. */
const OWN_PAGES = ["WebUIOmniboxPopup", "WebUIOmniboxAimPopup", "WebUIOmniboxFullPopup"];
const wanted = process.argv.slice(2);

if (ready === undefined && isLabStale()) await buildLab();
const server = createLabServer({ site: openSite(folder), runs: EMPTY_SHELF });
const port = await listen(server, "127.0.0.1", 0);
const base = `http://127.0.0.1:${port}/`;
const browser = await chromium.launch({
  executablePath,
  args: ["--no-sandbox", "--disable-gpu", `--disable-features=${OWN_PAGES.join(",")}`],
});
try {
  const shell = listShell(folder);
  const shellBytes = shell.reduce((sum, { gzipBytes }) => sum + gzipBytes, 0);
  const tasks: (LongestTask & { readonly name: string })[] = [];
  const parts: Readonly<Record<string, () => Promise<readonly Row[]>>> = {
    paint: () => measureFirstPaint(browser, base),
    shell: async () => [row("shell, gzipped", [shellBytes / 1024], "KiB", ["<", 150])],
    phase: () => measurePhase(browser, base),
    ising: () => measureIsing(browser, base),
    frames: () => measureFrames(browser, base),
    tasks: async () => {
      tasks.push(...(await measureTasks(browser, base)));
      return tasks.map(({ name, cpuMs }) =>
        row(`longest task on the main thread: ${name}`, [cpuMs], "ms", ["<", 50]),
      );
    },
  };
  const rows: Row[] = [];
  for (const [name, measure] of Object.entries(parts)) {
    if (wanted.length === 0 || wanted.includes(name)) rows.push(...(await measure()));
  }
  for (const { name, value, unit, target, isMet } of rows) {
    console.log(
      `${isMet ? "ok    " : "MISSED"} ${name}: ${value < 1000 ? Number(value.toPrecision(3)) : Math.round(value)} ${unit} (${target})`,
    );
  }
  // parts are for looking; only a whole run is kept
  const result =
    wanted.length > 0
      ? null
      : {
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
  if (result !== null) writeFileSync(path, `${JSON.stringify(result, null, 2)}\n`);
} finally {
  await browser.close();
  server.close();
  server.closeAllConnections();
}
