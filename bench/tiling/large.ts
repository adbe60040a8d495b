/**
 * 10^8 cells of {7,3} with the neighbours of each: time, memory, and a check of rows drawn at random. Takes about 4.5 GB. Run:
 * node --import tsx --conditions source bench/tiling/large.ts; the numbers go to bench/results/tiling.json.
 */
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { freemem } from "node:os";
import { buildTiling, estimateTilingBytes } from "../../src/lattice/index.ts";
import { createStream } from "../../src/numerics/index.ts";

const [p, q, layers] = [7, 3, 19];
const estimate = estimateTilingBytes(p, q, layers, { tree: false });
if (freemem() < 1.2 * estimate) throw new Error(`needs ${estimate} bytes, free are ${freemem()}`);
const before = process.cpuUsage();
const started = performance.now();
const tiling = buildTiling(p, q, layers, { tree: false });
const wallSeconds = (performance.now() - started) / 1e3;
const { user, system } = process.cpuUsage(before);
const peakBytes = process.resourceUsage().maxRSS * 1024;

const { cells, offsets, neighbours, layerStart } = tiling;
const row = (c: number): Uint32Array => neighbours.subarray(offsets[c], offsets[c + 1]);
const stream = createStream(1);
const inner = layerStart.at(-2) as number;
const checked = 1_000_000;
for (let k = 0; k < checked; k++) {
  const c = stream.integer(cells);
  const mine = row(c);
  if (c < inner && new Set(mine).size !== p) throw new Error(`cell ${c} has ${mine.length} neighbours`);
  for (const other of mine) if (!row(other).includes(c)) throw new Error(`${other} does not list ${c}`);
}
const bytes = offsets.byteLength + neighbours.byteLength;
const large = {
  p,
  q,
  layers,
  cells,
  bonds: tiling.bonds,
  cpuSeconds: (user + system) / 1e6,
  wallSeconds,
  bytes,
  bytesPerCell: bytes / cells,
  estimateBytes: estimate,
  peakBytes,
  rowsChecked: checked,
};
console.log(large);
const path = new URL("../results/tiling.json", import.meta.url);
const results = JSON.parse(await readFile(path, "utf8").catch(() => '{"name":"tiling"}')) as object;
await mkdir(new URL("../results/", import.meta.url), { recursive: true });
await writeFile(path, `${JSON.stringify({ ...results, large }, null, 2)}\n`);
