/**
 * Cells with neighbours per CPU second against hypertiling in the same run: interleaved rounds, one core each, both compiled and
 * warm. Run: npm run bench -- tiling
 *
 * Whole patches are compared with whole patches (GRC with sector=False, GRGS), sectors, which answer for all cells by a turn of
 * their numbers, with sectors (GRC's default, GRG). Everything runs twice: as Node starts, with memory in pages of 4 KiB, and
 * with GLIBC_TUNABLES=glibc.malloc.hugetlb=1, which lets Node's arrays have the 2 MiB pages that NumPy asks for by itself. New
 * pages are what a build of 10^7 cells spends most of its time on.
 */
import { spawnSync } from "node:child_process";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { cpus } from "node:os";
import { fileURLToPath } from "node:url";
import { buildSector, buildTiling } from "../../src/lattice/index.ts";
import { startPeer } from "../peers/peer.ts";

interface Case {
  readonly p: number;
  readonly q: number;
  readonly layers: number;
  readonly kernel: string;
  /** Rounds; slow kernels get few. */
  readonly rounds?: number;
}

const ROUNDS = Number(process.env.ROUNDS ?? 9);
const PAGES = process.env.TILING_PAGES ?? "4 KiB";
const cases: readonly Case[] = [
  { p: 7, q: 3, layers: 14, kernel: "GRC" },
  { p: 7, q: 3, layers: 16, kernel: "GRC" },
  { p: 5, q: 4, layers: 14, kernel: "GRC" },
  { p: 5, q: 4, layers: 16, kernel: "GRC", rounds: 5 },
  { p: 3, q: 7, layers: 28, kernel: "GRC" },
  { p: 3, q: 7, layers: 32, kernel: "GRC", rounds: 5 },
  { p: 7, q: 3, layers: 14, kernel: "GRC sector" },
  { p: 7, q: 3, layers: 16, kernel: "GRC sector" },
  { p: 7, q: 3, layers: 14, kernel: "GRGS", rounds: 3 },
  { p: 7, q: 3, layers: 14, kernel: "GRG sector", rounds: 3 },
];

interface Run {
  readonly cells: number;
  readonly bytes: number;
  readonly cpuMs: number;
}

function ours({ p, q, layers, kernel }: Case): Run {
  const before = process.cpuUsage();
  const tiling = kernel.endsWith("sector")
    ? buildSector(p, q, layers)
    : buildTiling(p, q, layers, { tree: false });
  const { user, system } = process.cpuUsage(before);
  const bytes = tiling.offsets.byteLength + tiling.neighbours.byteLength;
  return { cells: tiling.cells, bytes, cpuMs: (user + system) / 1e3 };
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[sorted.length >> 1] as number;
}

async function measure(): Promise<object> {
  const peer = await startPeer("tiling");
  const ask = async (test: Case): Promise<Run> => (await peer.ask(test)) as unknown as Run;
  const rows = [];
  for (const test of cases) {
    // compilation on both sides
    for (let k = 0; k < 20; k++) ours({ ...test, layers: Math.min(test.layers, test.p === 3 ? 20 : 11) });
    for (let k = 0; k < 3; k++) await ask({ ...test, layers: 4 });
    for (let k = 0; k < 2; k++) ours(test);
    const mine: Run[] = [];
    const theirs: Run[] = [];
    for (let round = 0; round < (test.rounds ?? ROUNDS); round++) {
      mine.push(ours(test));
      theirs.push(await ask(test));
    }
    const [one, other] = [mine[0] as Run, theirs[0] as Run];
    if (one.cells !== other.cells) throw new Error(`${one.cells} cells here, ${other.cells} there`);
    const speed = ({ cells, cpuMs }: Run): number => (1e3 * cells) / cpuMs;
    const ratios = mine.map((run, k) => speed(run) / speed(theirs[k] as Run));
    const row = {
      ...test,
      pages: PAGES,
      cells: one.cells,
      ours: median(mine.map(speed)),
      peer: median(theirs.map(speed)),
      ratio: median(ratios),
      ratioLow: Math.min(...ratios),
      ratioHigh: Math.max(...ratios),
      // what a busy machine disturbs least
      best: Math.max(...mine.map(speed)),
      peerBest: Math.max(...theirs.map(speed)),
      bytesPerCell: one.bytes / one.cells,
      peerBytesPerCell: other.bytes / other.cells,
    };
    rows.push(row);
    console.error(
      `| {${test.p},${test.q}} ${test.kernel} ${PAGES} | ${row.cells} | ${row.ours.toExponential(2)} | ${row.peer.toExponential(2)} | ${row.ratio.toFixed(1)} (${row.ratioLow.toFixed(1)} to ${row.ratioHigh.toFixed(1)}) | ${(row.best / row.peerBest).toFixed(1)} | ${row.bytesPerCell.toFixed(1)} | ${row.peerBytesPerCell.toFixed(1)} |`,
    );
  }
  peer.stop();
  return { versions: peer.versions, rows };
}

if (process.env.TILING_PAGES !== undefined) console.log(JSON.stringify(await measure()));
else {
  console.error(
    "| case | cells | cells per CPU second | hypertiling | ratio | best / best | bytes a cell | hypertiling |",
  );
  console.error("| --- | --- | --- | --- | --- | --- | --- | --- |");
  const results = ["4 KiB", "2 MiB"].map((pages) => {
    const { status, stdout } = spawnSync(
      process.execPath,
      ["--import", "tsx", "--conditions", "source", fileURLToPath(import.meta.url)],
      {
        stdio: ["ignore", "pipe", "inherit"],
        encoding: "utf8",
        maxBuffer: 2 ** 26,
        env: {
          ...process.env,
          TILING_PAGES: pages,
          ...(pages === "2 MiB" && { GLIBC_TUNABLES: "glibc.malloc.hugetlb=1" }),
        },
      },
    );
    if (status !== 0) throw new Error(`the run with pages of ${pages} failed`);
    return JSON.parse(stdout) as { versions: object; rows: object[] };
  });
  const path = new URL("../results/tiling.json", import.meta.url);
  const old = JSON.parse(await readFile(path, "utf8").catch(() => "{}")) as { large?: object };
  const machine = { cpu: cpus()[0]?.model, node: process.version, ...results[0]?.versions };
  await mkdir(new URL("../results/", import.meta.url), { recursive: true });
  const rows = results.flatMap((result) => result.rows);
  await writeFile(
    path,
    `${JSON.stringify({ name: "tiling", machine, rounds: ROUNDS, rows, ...(old.large && { large: old.large }) }, null, 2)}\n`,
  );
}
