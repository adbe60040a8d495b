/** Which numbers of training examples a gap can be measured at, before anything is fitted; and how well its residual will be known. */
import { SpecError } from "../../base/index.ts";

/** P over N where nothing else is asked for. */
export const GAP_MULTIPLES: readonly number[] = [1.5, 2, 4, 10, 40];

/** Examples for each feature that a residual takes: what the fit on all of them hides, 1 / (1 - N / M), is then 2 percent. */
const RESIDUAL_EXAMPLES = 50;

/** What a gap is to be measured with. */
export interface GapPlan {
  /** N, features of the last layer. */
  readonly features: number;
  /** M, labelled examples. */
  readonly rows: number;
  /** Ridge of the fits. Default 0. */
  readonly ridge?: number;
  /** P that are asked for. Default: 1.5, 2, 4, 10 and 40 times N, where 2 P <= M. */
  readonly sizes?: readonly number[] | undefined;
}

/**
 * Numbers of training examples P with N < P (any P with a ridge) and 2 P <= M; the rest of the examples are the test.
 *
 * @throws SpecError where a number is out of range, where none is left, and unless N < M; says how many examples are needed.
 * @example
 * ```ts
 * import { planGapSizes } from "isinglass/bayes";
 *
 * planGapSizes({ features: 300, rows: 8000 }); // => [450, 600, 1200, 3000]
 * ```
 */
export function planGapSizes({ features, rows, ridge = 0, sizes }: GapPlan): readonly number[] {
  const least = 2 * Math.ceil((GAP_MULTIPLES[0] as number) * features);
  const enough = RESIDUAL_EXAMPLES * features;
  const hint = `take ${Math.max(least, enough)} examples (${RESIDUAL_EXAMPLES} for each feature), or a last layer of at most ${Math.max(1, Math.floor(rows / RESIDUAL_EXAMPLES))} inputs`;
  if (rows <= features || (sizes === undefined && rows < least) || sizes?.length === 0) {
    throw new SpecError(
      `gap law: received ${rows} examples for ${features} features, expected at least ${least}: 1.5 for each feature to fit, as many to test`,
      { hint, data: { features, examples: rows, least, enough } },
    );
  }
  if (sizes === undefined) {
    return GAP_MULTIPLES.map((x) => Math.ceil(x * features)).filter((size) => 2 * size <= rows);
  }
  const half = Math.floor(rows / 2);
  const wrong = sizes.find((size) => !(size >= 1 && (size > features || ridge > 0) && size <= half));
  if (wrong !== undefined) {
    const range = half > features ? `from ${features + 1} to ${half}` : "a ridge above 0, or more examples";
    throw new SpecError(
      `gap law: received ${wrong} training examples, ${features} features and ${rows} examples in all; expected ${ridge > 0 ? `from 1 to ${half}` : range}`,
      {
        hint:
          wrong > half
            ? `take at least ${2 * wrong} examples`
            : "a ridge of 1 takes fewer examples than features too",
      },
    );
  }
  return sizes;
}

/** What has to be said of a residual from few examples; null where there are 50 for each feature. */
export function describeResidual(features: number, rows: number): string | null {
  if (rows >= RESIDUAL_EXAMPLES * features) return null;
  const [share, hidden] = [rows / features, (100 * features) / rows].map((x) => x.toPrecision(2));
  return `The residual comes from ${rows} examples, ${share} for each of ${features} features, fewer than the ${RESIDUAL_EXAMPLES} (${RESIDUAL_EXAMPLES * features}) that the law asks for: ${hidden} percent of it are a correction for fitting its own examples, which the law and its errors share.`;
}
