/**
 * Spin decisions and flips per CPU second on the square lattice at T_c, and on a patch of {7,3}, against numba in the same run:
 * interleaved rounds, one core each. Single-spin updates count decisions (sites times sweeps), Wolff flipped spins. Run: npm run
 * bench -- ising
 *
 * Where the limit lies: a word of 128 decisions needs about 9 random vectors (a comparison is decided after two digits on average,
 * the slowest of 128 after about nine), 16 instructions each with xoshiro256++, and 8 to compare: about 230 vector instructions. At
 * two to three a cycle and 3 GHz that is 3.3 to 5 thousand million decisions a second. Memory is no limit: 48 bytes are read
 * for 128 spins.
 */
import { mkdir, writeFile } from "node:fs/promises";
import { cpus } from "node:os";
import { loadGraphIsing, loadSquareIsing } from "../../src/kernels/index.ts";
import { hyperbolicLattice, SQUARE_TC, squareLattice } from "../../src/lattice/index.ts";
import { createStream } from "../../src/numerics/index.ts";
import { startPeer } from "../peers/peer.ts";

interface Case {
  readonly name: string;
  readonly target: number;
  readonly peer: { readonly size?: number; readonly algorithm: string; readonly count: number };
  /** Runs one round and returns how many decisions or flips it made. */
  readonly run: () => number;
}

const SIZE = 1024;
const ROUNDS = Number(process.env.ROUNDS ?? 9);
const stream = createStream(1);
const square = { columns: SIZE, rows: SIZE, temperature: SQUARE_TC };
const sites = await loadSquareIsing({ ...square, layout: "sites" }, stream.fork("sites"));
const replicas = await loadSquareIsing(square, stream.fork("replicas"));
const heatBath = await loadSquareIsing(
  { ...square, rule: "heat-bath", layout: "sites" },
  stream.fork("heat bath"),
);
/** Above its ordering temperature, as the room begins. */
const PATCH_TEMPERATURE = 3;
const patch = hyperbolicLattice(7, 3, 12);
const patchKernel = await loadGraphIsing(
  patch,
  { temperature: PATCH_TEMPERATURE, update: "heat-bath" },
  stream.fork("patch"),
);
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
    name: "heat bath 1024^2, one lattice",
    target: 2e9,
    peer: { size: SIZE, algorithm: "heat-bath", count: 10 },
    run: () => {
      heatBath.sweep(200);
      return 200 * SIZE * SIZE;
    },
  },
  {
    name: `heat bath, {7,3} with ${patch.sites} cells`,
    target: 5e7,
    peer: { algorithm: "patch", count: 20 },
    run: () => patchKernel.run(20),
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
await peer.ask({
  algorithm: "graph",
  offsets: [...patch.offsets],
  neighbours: [...patch.neighbours],
  temperature: PATCH_TEMPERATURE,
});
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
