/**
 * Linear algebra against SciPy (OpenBLAS) in the same job: every round measures both sides one after the other, so that
 * they see the same load; a row's ratio is the median over rounds of ours / SciPy's.
 *
 *     node --import tsx -C source bench/linear/run.ts [--rounds 5] [--sizes 500,1000,2000] [--large]
 *
 * One-thread rows compare CPU time; rows of two threads compare wall time. Writes bench/results/linear.json.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import {
  createOnnxGemm,
  type Kernels,
  loadKernels,
  type OffloadedLinearAlgebra,
} from "../../src/kernels/index.ts";
import { createStream, type Matrix, transposeMatrix } from "../../src/numerics/index.ts";
import { startPeer, type Timing } from "./peer.ts";

interface Inputs {
  readonly a: Matrix;
  readonly b: Matrix;
  readonly symmetric: Matrix;
  readonly positive: Matrix;
}
type Engine = Pick<Kernels, "multiply"> | OffloadedLinearAlgebra;
interface Row {
  readonly operation: string;
  readonly variant: "WebAssembly" | "with ONNX Runtime" | "two threads";
  readonly n: number;
  readonly ourMs: number;
  readonly scipyMs: number;
  readonly ratio: number;
  readonly smallestRatio: number;
  readonly largestRatio: number;
  readonly target: number | null;
}

const { values: options } = parseArgs({
  options: {
    rounds: { type: "string", default: "5" },
    sizes: { type: "string", default: "500,1000,2000" },
    operations: { type: "string" },
    large: { type: "boolean", default: false },
  },
});

/** Largest ratios the project promises; null is reported only. */
const targets: Record<string, Partial<Record<Row["variant"], number>>> = {
  product: { WebAssembly: 5, "with ONNX Runtime": 2 },
  cholesky: { WebAssembly: 2 },
  eigenvalues: { WebAssembly: 2.5 },
  eigenvectors: { WebAssembly: 2.5 },
};
const operations: Record<string, (k: OffloadedLinearAlgebra | Kernels, x: Inputs) => unknown> = {
  product: (k, x) => k.multiply(x.a, x.b),
  cholesky: (k, x) => k.cholesky(x.positive),
  eigenvalues: (k, x) => k.eigenSymmetric(x.symmetric, { vectors: false }),
  eigenvectors: (k, x) => k.eigenSymmetric(x.symmetric),
  solve: (k, x) => k.solve(x.a, x.b),
  qr: (k, x) => k.qr(x.a),
  "singular values": (k, x) => k.singularValues(x.a),
  svd: (k, x) => k.svd(x.a),
};
/** Operations whose products are large enough to hand over. */
const offloadable = ["product", "cholesky", "eigenvectors"];

function makeInputs(kernels: Kernels, n: number): Inputs {
  const [a, b] = [1, 2].map((seed) => {
    const data = new Float64Array(n * n);
    createStream(seed).fillNormal(data);
    return { rows: n, cols: n, data };
  }) as [Matrix, Matrix];
  const t = transposeMatrix(a);
  const positive = kernels.gramOfRows(a);
  for (let i = 0; i < n; i++) positive.data[i * n + i]! += n;
  return { a, b, symmetric: { ...a, data: a.data.map((x, i) => x + t.data[i]!) }, positive };
}

async function measure(work: () => unknown, calls: number): Promise<Timing> {
  const wall = performance.now();
  const cpu = process.cpuUsage();
  for (let call = 0; call < calls; call++) await work();
  const { user, system } = process.cpuUsage(cpu);
  return { cpuMs: (user + system) / 1e3 / calls, wallMs: (performance.now() - wall) / calls };
}

function median(values: readonly number[]): number {
  return [...values].sort((x, y) => x - y)[values.length >> 1]!;
}

const peer = await startPeer(1);
const kernels = await loadKernels();
const provider = await createOnnxGemm();
const offloaded = provider === null ? null : kernels.offload(provider);
const rounds = Number(options.rounds);
const wanted = options.operations?.split(",") ?? Object.keys(operations);
const rows: Row[] = [];

/** Ratios of one operation at one size for every engine, SciPy measured in between. */
async function compare(operation: string, n: number, inputs: Inputs): Promise<void> {
  const work = operations[operation]!;
  const engines: [Row["variant"], Engine][] = [["WebAssembly", kernels]];
  if (offloaded !== null && offloadable.includes(operation)) engines.push(["with ONNX Runtime", offloaded]);
  // small problems are repeated, so that a measurement is not much shorter than a time slice
  const calls = Math.max(1, Math.round((1000 / n) ** 3));
  const timings = engines.map(() => [] as { ours: Timing; scipy: Timing }[]);
  // the first round warms caches and compilers and is dropped
  for (let round = 0; round <= rounds; round++) {
    for (const [index, [, engine]] of engines.entries()) {
      const ours = await measure(() => work(engine as Kernels, inputs), calls);
      const scipy = await peer.measure(operation, n, calls);
      if (round > 0) timings[index]!.push({ ours, scipy });
    }
  }
  for (const [index, [variant]] of engines.entries()) {
    const list = timings[index]!;
    report(
      operation,
      variant,
      n,
      list.map(({ ours, scipy }) => [ours.cpuMs, scipy.cpuMs]),
    );
  }
}

function report(operation: string, variant: Row["variant"], n: number, pairs: [number, number][]): void {
  const ratios = pairs.map(([ours, scipy]) => ours / scipy);
  const row = {
    operation,
    variant,
    n,
    ourMs: median(pairs.map(([ours]) => ours)),
    scipyMs: median(pairs.map(([, scipy]) => scipy)),
    ratio: median(ratios),
    smallestRatio: Math.min(...ratios),
    largestRatio: Math.max(...ratios),
    target: targets[operation]?.[variant] ?? null,
  };
  rows.push(row);
  const cells = [
    operation.padEnd(16),
    variant.padEnd(18),
    String(n).padStart(5),
    row.ourMs.toFixed(1).padStart(9),
    row.scipyMs.toFixed(1).padStart(9),
    row.ratio.toFixed(2).padStart(6),
    `${row.smallestRatio.toFixed(2)}-${row.largestRatio.toFixed(2)}`.padStart(11),
    row.target === null ? "" : `${row.ratio <= row.target ? "meets" : "misses"} ${row.target}`,
  ];
  console.log(cells.join("  "));
}

/** n = 4000 with vectors on two threads, wall time; SciPy on two threads as well. */
async function compareLarge(): Promise<void> {
  const n = 4000;
  const two = await loadKernels({ threads: 2 });
  const peerOfTwo = await startPeer(2);
  const inputs = makeInputs(kernels, n);
  const ours = await measure(() => two.eigenSymmetric(inputs.symmetric), 1);
  const scipy = await peerOfTwo.measure("eigenvectors", n, 1);
  report("eigenvectors", "two threads", n, [[ours.wallMs, scipy.wallMs]]);
  peerOfTwo.stop();
  await two.release();
}

const machine = `${cpus()[0]?.model ?? "unknown processor"}, Node ${process.version}`;
console.log(
  `${machine}; SciPy ${peer.versions.scipy}, NumPy ${peer.versions.numpy}; medians of ${rounds} rounds`,
);
console.log("operation         variant                n    our ms  SciPy ms   ratio       range  target");
for (const n of options.sizes.split(",").map(Number)) {
  const inputs = makeInputs(kernels, n);
  for (const operation of wanted) {
    // rows without a promise are measured up to n = 1000, unless asked for
    if (n <= 1000 || operation in targets || options.operations) await compare(operation, n, inputs);
  }
}
if (options.large) await compareLarge();
peer.stop();
await provider?.release();
const folder = fileURLToPath(new URL("../results", import.meta.url));
mkdirSync(folder, { recursive: true });
const result = { machine, simd: kernels.simd, peer: peer.versions, rounds, rows };
writeFileSync(`${folder}/linear.json`, `${JSON.stringify(result, null, 2)}\n`);
