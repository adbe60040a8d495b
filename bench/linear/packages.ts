/**
 * The kernels against ml-matrix, the fastest living pure-JavaScript package, in the same process.
 *
 *     node --import tsx -C source bench/linear/packages.ts [--sizes 200,500]
 *
 * CPU milliseconds of one call, the best of three (one for ml-matrix above a second).
 */
import { parseArgs } from "node:util";
import {
  CholeskyDecomposition,
  EigenvalueDecomposition,
  Matrix,
  QrDecomposition,
  SVD,
  solve,
} from "ml-matrix";
import { loadKernels } from "../../src/kernels/index.ts";
import { createStream, type Matrix as Plain } from "../../src/numerics/index.ts";

const { values: options } = parseArgs({ options: { sizes: { type: "string", default: "200,500" } } });
const kernels = await loadKernels();

function best(work: () => unknown): number {
  let least = Number.POSITIVE_INFINITY;
  for (let round = 0; round < 3; round++) {
    const start = process.cpuUsage();
    work();
    const { user, system } = process.cpuUsage(start);
    least = Math.min(least, (user + system) / 1e3);
    if (least > 1000) break;
  }
  return least;
}

console.log("operation        n    kernels  ml-matrix   times slower");
for (const n of options.sizes.split(",").map(Number)) {
  const data = new Float64Array(n * n);
  createStream(n).fillNormal(data);
  const a: Plain = { rows: n, cols: n, data };
  const positive = kernels.gramOfRows(a);
  for (let i = 0; i < n; i++) positive.data[i * n + i]! += n;
  const theirs = (m: Plain) => Matrix.from1DArray(n, n, m.data);
  const [ma, mp] = [theirs(a), theirs(positive)];
  const cases: [string, () => unknown, () => unknown][] = [
    ["product", () => kernels.multiply(a, a), () => ma.mmul(ma)],
    ["cholesky", () => kernels.cholesky(positive), () => new CholeskyDecomposition(mp)],
    ["solve", () => kernels.solve(a, positive), () => solve(ma, mp)],
    ["qr", () => kernels.qr(a), () => new QrDecomposition(ma).orthogonalMatrix],
    [
      "eigenvectors",
      () => kernels.eigenSymmetric(positive),
      () => new EigenvalueDecomposition(mp, { assumeSymmetric: true }),
    ],
    ["svd", () => kernels.svd(a), () => new SVD(ma)],
  ];
  for (const [name, ours, other] of cases) {
    const [x, y] = [best(ours), best(other)];
    console.log(
      `${name.padEnd(13)} ${String(n).padStart(4)}  ${x.toFixed(1).padStart(9)}  ${y.toFixed(1).padStart(9)}  ${(y / x).toFixed(0).padStart(12)}`,
    );
  }
}
