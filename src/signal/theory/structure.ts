/**
 * On which scale an activation varies: 1 for the named ones, 1/50 for tanh(50 x). Quadrature panels are chosen from it. It is
 * found by halving the panels of one-dimensional averages until E phi^2 and E phi'^2 stop changing. When the Gaussian is
 * much wider than the scale, structure is first looked for near 0 and the kinks only (graded panels), and everywhere
 * (uniform panels) if that fails, as for x + sin x.
 */
import { gradedPoints, panelRule, refinedBreaks } from "./gaussian-rule.ts";
import type { ScalarActivation } from "./types.ts";

/** How panels must be laid to resolve an activation under a Gaussian of a given width. */
export interface Structure {
  /** Scale in u on which phi varies. */
  readonly scale: number;
  /** Whether panels narrow towards 0 and the kinks instead of being equally wide. */
  readonly isGraded: boolean;
}

/** Widest panel in u for an activation of scale 1: 16 nodes resolve it to about 1e-13. */
export const widestInput = 1.6;
/** Widest panel in standard deviations: 16 nodes resolve the Gaussian on it to 1e-16. */
export const widestGaussian = 2.5;
/** Standard deviations per scale above which uniform panels become too many. */
const gradedFrom = 10;
const cutoff = 9.5;
const smallestScale = 1 / 1024;
/** Uniform panels finer than this fraction of a standard deviation cost too much in two dimensions. */
const finestUniform = 1 / 256;
/** Relative change of the averages that counts as none. */
const resolved = 1e-11;

/** The structure an activation of scale 1 near 0 has, without looking: right for all named activations. */
export function defaultStructure(q: number): Structure {
  return { scale: 1, isGraded: Math.sqrt(q) > gradedFrom };
}

/**
 * The scale on which `activation` varies, as seen by a Gaussian of variance q.
 *
 * @returns the coarsest structure whose one-dimensional averages stay within 1e-11 when all panels are halved, or the finest
 * affordable one. Cost about 1000 evaluations when scale 1 suffices.
 */
export function structureOf(activation: ScalarActivation, q: number): Structure {
  const root = Math.sqrt(q);
  for (let scale = 1; scale >= smallestScale; scale /= 2) {
    const structure = { scale, isGraded: root / scale > gradedFrom };
    if (resolves(activation, root, structure)) return structure;
  }
  const least = root * finestUniform;
  for (let scale = 1; scale > least; scale /= 2) {
    const structure = { scale, isGraded: false };
    if (resolves(activation, root, structure)) return structure;
  }
  return { scale: least, isGraded: false };
}

function resolves(activation: ScalarActivation, root: number, structure: Structure): boolean {
  const coarse = averagesOn(activation, root, structure, 1);
  const fine = averagesOn(activation, root, structure, 2);
  return [0, 1].every((i) => {
    const [a, b] = [coarse[i] as number, fine[i] as number];
    return Math.abs(a - b) <= resolved * Math.abs(b) || Math.abs(b) < Number.MIN_VALUE / Number.EPSILON;
  });
}

/** E phi^2 and E phi'^2 on panels of the given structure, each cut into `parts`, up to a common factor. */
function averagesOn(
  { f, derivative, kinks }: ScalarActivation,
  root: number,
  { scale, isGraded }: Structure,
  parts: number,
): number[] {
  const width = widestInput * scale;
  const points = isGraded ? gradedPoints([0, ...kinks], width, cutoff * root) : [...kinks];
  const widest = isGraded ? widestGaussian : Math.min(widestGaussian, width / root);
  const inner = points.map((u) => u / root);
  const breaks = refinedBreaks(-cutoff, cutoff, inner, widest);
  const rule = panelRule(
    breaks.flatMap((end, i) => {
      const start = breaks[i - 1];
      if (start === undefined) return [end];
      return Array.from({ length: parts }, (_, k) => start + ((end - start) * (k + 1)) / parts);
    }),
  );
  let square = 0;
  let slope = 0;
  for (let i = 0; i < rule.nodes.length; i++) {
    const z = rule.nodes[i] as number;
    const weight = (rule.weights[i] as number) * Math.exp((-z * z) / 2);
    square += weight * f(root * z) ** 2;
    slope += weight * derivative(root * z) ** 2;
  }
  return [square, slope];
}
