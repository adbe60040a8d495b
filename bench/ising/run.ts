/**
 * Spin decisions and flips per CPU second on the square lattice at T_c against numba in the same run: interleaved rounds, one
 * core each. Metropolis counts decisions (sites times sweeps), Wolff flipped spins. Run: npm run bench -- ising
 *
 * Where the limit lies: a word of 128 decisions needs about 13 random vectors (a comparison with p is decided after two digits on
 * average, the slowest of 128 after about nine; a second one for the spins that agree with all neighbours), 16 instructions each
 * with xoshiro256++, and 6 to compare: about 330 vector instructions. At two to three a cycle and 3 GHz that is 2.3 to 3.5
 * thousand million decisions a second. Memory is no limit: 48 bytes are read for 128 spins.
 */
import { mkdir, writeFile } from "node:fs/promises";
import { cpus } from "node:os";
import { loadGraphIsing, loadSquareIsing } from "../../src/kernels/index.ts";
import { SQUARE_TC, squareLattice } from "../../src/lattice/index.ts";
import { createStream } from "../../src/numerics/index.ts";
import { startPeer } from "../peers/peer.ts";

interface Case {
  readonly name: string;
  readonly target: number;
  readonly peer: { readonly size: number; readonly algorithm: string; readonly count: number };
  /** Runs one round and returns how many decisions or flips it made. */
  readonly run: () => number;
}

const SIZE = 1024;
const ROUNDS = Number(process.env.ROUNDS ?? 9);
const stream = createStream(1);
const square = { columns: SIZE, rows: SIZE, temperature: SQUARE_TC };
const sites = await loadSquareIsing({ ...square, layout: "sites" }, stream.fork("sites"));
const replicas = await loadSquareIsing(square, stream.fork("replicas"));
const torus = { ...squareLattice(SIZE), torusColumns: SIZE };
const wolff = await loadGraphIsing(torus, { temperature: SQUARE_TC, update: "wolff" }, stream.fork("wolff"));

const cases: readonly Case[] = [
  {
    name: "Metropolis 1024^2, one lattice",
    target: 2e9,
    peer: { size: SIZE, algorithm: "metropolis", count: 10 },
    run: () => {
      sites.sweep(200);
      return 200 * SIZE * SIZE;
    },
  },
  {
    name: "Metropolis 1024^2, 128 replicas",
    target: 2e9,
    peer: { size: SIZE, algorithm: "metropolis", count: 10 },
    run: () => {
      replicas.sweep(2);
      return 2 * SIZE * SIZE * replicas.copies;
    },
  },
  {
    name: "Wolff 1024^2",
    target: 2e7,
    peer: { size: SIZE, algorithm: "wolff", count: 20 },
    run: () => wolff.run(20),
  },
];

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[sorted.length >> 1] as number;
}

const peer = await startPeer("ising");
const rows = [];
console.log(`per CPU second and core, ${ROUNDS} interleaved rounds; numba ${peer.versions.numba}`);
console.log("| case | isinglass | numba | ratio (lowest to highest) | target |");
console.log("| --- | --- | --- | --- | --- |");
for (const test of cases) {
  const ask = async (): Promise<number> => {
    const { flips, cpuMs } = (await peer.ask(test.peer)) as unknown as { flips: number; cpuMs: number };
    return (1e3 * flips) / cpuMs;
  };
  const own = (): number => {
    const before = process.cpuUsage();
    const done = test.run();
    const { user, system } = process.cpuUsage(before);
    return (1e6 * done) / (user + system);
  };
  // compilation, and away from the ordered start
  for (let k = 0; k < 3; k++) {
    own();
    await ask();
  }
  const ours: number[] = [];
  const theirs: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    ours.push(own());
    theirs.push(await ask());
  }
  const ratios = ours.map((speed, round) => speed / (theirs[round] as number));
  const row = {
    case: test.name,
    ours: median(ours),
    peer: median(theirs),
    ratio: median(ratios),
    ratioLow: Math.min(...ratios),
    ratioHigh: Math.max(...ratios),
    best: Math.max(...ours),
    target: test.target,
    unit: test.name.startsWith("Wolff") ? "flips per CPU second" : "decisions per CPU second",
  };
  rows.push(row);
  const cells = [
    row.case,
    row.ours.toExponential(2),
    row.peer.toExponential(2),
    `${row.ratio.toFixed(1)} (${row.ratioLow.toFixed(1)} to ${row.ratioHigh.toFixed(1)})`,
    `${row.target.toExponential(0)} ${row.ours >= row.target ? "met" : "missed"}`,
  ];
  console.log(`| ${cells.join(" | ")} |`);
}
peer.stop();
const machine = { cpu: cpus()[0]?.model, node: process.version, ...peer.versions };
await mkdir(new URL("../results/", import.meta.url), { recursive: true });
await writeFile(
  new URL("../results/ising.json", import.meta.url),
  `${JSON.stringify({ name: "ising", machine, rounds: ROUNDS, rows }, null, 2)}\n`,
);
