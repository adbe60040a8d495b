/**
 * Kernels of convolutional networks in the slowest and most readable way: covariances of two images at all pairs of positions, with
 * those of each image with itself beside them, through every layer. Only zero padding of (kernel - 1) / 2, as "same".
 */
import { dualOf, type WideNetworkLayer } from "../../../src/bayes/index.ts";

interface Field {
  readonly height: number;
  readonly width: number;
  /** k[p][q] and theta[p][q] for image against image, xx, xy, yy. */
  readonly k: readonly [number[][], number[][], number[][]];
  readonly theta: readonly [number[][], number[][], number[][]];
}

type Grids = readonly [number[][], number[][], number[][]];

function mapGrids(grids: Grids, change: (grid: number[][], which: number) => number[][]): Grids {
  return grids.map(change) as unknown as Grids;
}

/** K and Theta of two images [channels][positions]. */
export function pairOracle(
  layers: readonly WideNetworkLayer[],
  size: { readonly height: number; readonly width: number },
  x: readonly (readonly number[])[],
  y: readonly (readonly number[])[],
): { nngp: number; ntk: number } {
  const product = (a: typeof x, b: typeof x): number[][] =>
    (a[0] as number[]).map((_, p) =>
      (b[0] as number[]).map(
        (__, q) => a.reduce((sum, c, i) => sum + (c[p] as number) * (b[i]?.[q] as number), 0) / a.length,
      ),
    );
  const zero = product(x, y).map((row) => row.map(() => 0));
  const end = walk(layers, {
    ...size,
    k: [product(x, x), product(x, y), product(y, y)],
    theta: [zero, zero, zero],
  });
  return { nngp: end.k[1][0]?.[0] as number, ntk: end.theta[1][0]?.[0] as number };
}

function walk(layers: readonly WideNetworkLayer[], start: Field): Field {
  return layers.reduce(step, start);
}

/** Sums over lists of position pairs for each new pair; weights add K to Theta. */
function gather(
  field: Field,
  height: number,
  width: number,
  pairsOf: (p: number, q: number) => readonly (readonly [number, number])[],
  scale: number,
  shift: number,
  isWeight: boolean,
): Field {
  const outs = Array.from({ length: height * width }, (_, p) => p);
  const sum = (grid: number[][], add: number): number[][] =>
    outs.map((p) =>
      outs.map(
        (q) => add + scale * pairsOf(p, q).reduce((total, [a, b]) => total + (grid[a]?.[b] as number), 0),
      ),
    );
  const k = mapGrids(field.k, (grid) => sum(grid, shift));
  const theta = mapGrids(field.theta, (grid, which) => {
    const own = sum(grid, 0);
    const gain = k[which as 0 | 1 | 2];
    return isWeight ? own.map((row, p) => row.map((value, q) => value + (gain[p]?.[q] as number))) : own;
  });
  return { height, width, k, theta };
}

function step(field: Field, layer: WideNetworkLayer): Field {
  const { height, width } = field;
  const all = Array.from({ length: height * width }, (_, p) => p);
  const every = all.map((p) => [p, p] as const);
  switch (layer.type) {
    case "dense":
      return gather(field, 1, 1, () => every, layer.weightVariance / all.length, layer.biasVariance, true);
    case "flatten":
      return gather(field, 1, 1, () => every, 1 / all.length, 0, false);
    case "global-average-pool":
      return gather(
        field,
        1,
        1,
        () => all.flatMap((p) => all.map((q) => [p, q] as const)),
        1 / all.length ** 2,
        0,
        false,
      );
    case "average-pool": {
      const s = layer.size;
      const [h, w] = [Math.floor(height / s), Math.floor(width / s)];
      const window = (p: number): number[] =>
        all.filter(
          (a) =>
            Math.floor(Math.floor(a / width) / s) === Math.floor(p / w) &&
            Math.floor((a % width) / s) === p % w,
        );
      return gather(
        field,
        h,
        w,
        (p, q) => window(p).flatMap((a) => window(q).map((b) => [a, b] as const)),
        1 / s ** 4,
        0,
        false,
      );
    }
    case "convolution": {
      const { kernel, stride = 1, weightVariance, biasVariance } = layer;
      const before = Math.floor((kernel - 1) / 2);
      const [h, w] = [Math.ceil(height / stride), Math.ceil(width / stride)];
      const at = (p: number, dy: number, dx: number): number => {
        const [i, j] = [Math.floor(p / w) * stride + dy - before, (p % w) * stride + dx - before];
        return i >= 0 && i < height && j >= 0 && j < width ? i * width + j : -1;
      };
      const pairsOf = (p: number, q: number): [number, number][] => {
        const pairs: [number, number][] = [];
        for (let dy = 0; dy < kernel; dy++) {
          for (let dx = 0; dx < kernel; dx++) {
            const [a, b] = [at(p, dy, dx), at(q, dy, dx)];
            if (a >= 0 && b >= 0) pairs.push([a, b]);
          }
        }
        return pairs;
      };
      return gather(field, h, w, pairsOf, weightVariance / kernel ** 2, biasVariance, true);
    }
    case "activation": {
      const dual = dualOf(layer.activation);
      const sides = [
        [0, 0],
        [0, 2],
        [2, 2],
      ] as const;
      const pairs = sides.map(([left, right], which) =>
        field.k[which as 0 | 1 | 2].map((row, p) =>
          row.map((c, q) => {
            const [a, b] = [field.k[left][p]?.[p] as number, field.k[right][q]?.[q] as number];
            return which !== 1 && p === q ? dual.diagonal(a) : dual.pair(a, c, b);
          }),
        ),
      );
      return {
        ...field,
        k: mapGrids(field.k, (_, which) =>
          (pairs[which] as (typeof pairs)[number]).map((row) => row.map(({ value }) => value)),
        ),
        theta: mapGrids(field.theta, (grid, which) =>
          grid.map((row, p) => row.map((value, q) => value * (pairs[which]?.[p]?.[q]?.slope as number))),
        ),
      };
    }
    case "residual": {
      const [a, b] = [walk(layer.branch, field), walk(layer.skip ?? [], field)];
      const add = (one: Grids, other: Grids): Grids =>
        mapGrids(one, (grid, which) =>
          grid.map((row, p) => row.map((value, q) => value + (other[which as 0 | 1 | 2][p]?.[q] as number))),
        );
      return { ...a, k: add(a.k, b.k), theta: add(a.theta, b.theta) };
    }
  }
}
