/**
 * Properties of a typed function found by looking: symmetry and homogeneity at fixed points to rounding accuracy, and
 * kinks by scanning the arguments of kinked functions for crossings. What is found holds at the points looked at:
 * a function that differs from an odd one only outside [-8, 8], or crosses a kink twice within 1/64, is misjudged.
 */
import { compile, type Expression } from "./tree.ts";

/** Range of x in which kinks are searched and finiteness is required: 8 standard deviations at q = 1. */
const range = 8;
const step = 1 / 64;
/** Relative rounding error allowed in a symmetry. */
const symmetryTolerance = 1e-12;

/** Irregular points in (0, 8], so that no symmetry of the grid is mistaken for one of the function. */
const probes: readonly number[] = Array.from(
  { length: 64 },
  (_, k) => range * (((k + 1) * Math.SQRT1_2) % 1),
);

function isClose(a: number, b: number): boolean {
  return Math.abs(a - b) <= symmetryTolerance * Math.max(1, Math.abs(a), Math.abs(b));
}

/** Whether f(-x) = -f(x) at 64 points of (0, 8]. */
export function looksOdd(f: (x: number) => number): boolean {
  return probes.every((x) => isClose(f(-x), -f(x)));
}

/** 1 when f(k x) = k f(x), k > 0, at 64 points on each side of 0; null otherwise. */
export function looksHomogeneous(f: (x: number) => number): 1 | null {
  return probes.every((x) => isClose(f(x), x * f(1)) && isClose(f(-x), x * f(-1))) ? 1 : null;
}

/** The first x of a grid on [-8, 8] where f is not a finite number, or null. */
export function firstUndefined(f: (x: number) => number): number | null {
  for (let x = -range; x <= range; x += step) if (!Number.isFinite(f(x))) return x;
  return null;
}

/** Places in [-8, 8] where `u` crosses `level`, by bisection to the last bit between grid points. */
function crossings(u: (x: number) => number, level: number): number[] {
  const found: number[] = [];
  const g = (x: number): number => u(x) - level;
  for (let a = -range; a < range; a += step) {
    const b = a + step;
    const atA = g(a);
    if (atA === 0) found.push(a);
    else if (atA * g(b) < 0) found.push(bisect(g, a, b));
  }
  return found;
}

function bisect(g: (x: number) => number, from: number, to: number): number {
  let a = from;
  let b = to;
  const isRising = g(b) > 0;
  // 60 halvings of an interval of 1/64 reach the last bit of a double.
  for (let k = 0; k < 60; k++) {
    const middle = (a + b) / 2;
    if (g(middle) > 0 === isRising) b = middle;
    else a = middle;
  }
  return (a + b) / 2;
}

/** Places where a function inside the tree has a kink, ascending and without repeats. */
export function findKinks(tree: Expression): readonly number[] {
  const found: number[] = [];
  const visit = (node: Expression): void => {
    if (node.kind === "binary") {
      visit(node.left);
      visit(node.right);
    } else if (node.kind === "call") {
      visit(node.argument);
      for (const kink of node.fn.kinks) found.push(...crossings(compile(node.argument), kink));
    }
  };
  visit(tree);
  found.sort((a, b) => a - b);
  return found.filter((x, i) => i === 0 || x - (found[i - 1] as number) > 1e-12);
}
