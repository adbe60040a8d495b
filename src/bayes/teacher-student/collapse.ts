/**
 * The offline transition over numbers of examples: from students that memorise to students that become the teacher, as shares of data sets.
 */
import { fitOffline, type OfflineFit, type OfflineOptions, type OfflineSetting } from "./offline.ts";

/** One size of the training set, over data sets. */
export interface CollapsePoint {
  readonly examples: number;
  readonly fits: readonly OfflineFit[];
  /** Share of students that fit all examples. */
  readonly interpolating: number;
  /** Share of students that became the teacher. */
  readonly collapsed: number;
  /** Median of the error over that of a student that says 0. */
  readonly medianError: number;
  /** Mean over data sets of the mean over teachers of the largest cosine with a student. */
  readonly overlap: number;
  /** Mean over data sets of the excess kurtosis of student weights; null for fewer than 8 weights. */
  readonly weightKurtosis: number | null;
}

/**
 * Measures the transition from memorising to becoming the teacher, giving way to the event loop between fits.
 *
 * @param sizes - numbers of examples P.
 * @param options - `runs` data sets for each size.
 * @returns one point for each size, all fits included.
 * @example
 * ```ts
 * import { measureCollapse } from "isinglass/bayes";
 * import { createStream } from "isinglass/numerics";
 *
 * const setting = { students: 1, teachers: 1, dimension: 6 };
 * const points = await measureCollapse(setting, [3, 20], { runs: 3, stream: createStream(1) });
 * points.map(({ collapsed }) => collapsed); // => [0, 1]
 * ```
 */
export async function measureCollapse(
  setting: Omit<OfflineSetting, "examples">,
  sizes: readonly number[],
  { runs, stream, onProgress, ...options }: OfflineOptions & { readonly runs: number },
): Promise<CollapsePoint[]> {
  const points: CollapsePoint[] = [];
  for (const [at, examples] of sizes.entries()) {
    const fits: OfflineFit[] = [];
    for (let run = 0; run < runs; run++) {
      // lets Ctrl-C and messages in
      await new Promise((resolve) => setTimeout(resolve, 0));
      onProgress?.({
        stage: `fitting ${examples} examples`,
        done: at * runs + run,
        total: sizes.length * runs,
      });
      fits.push(
        fitOffline({ ...setting, examples }, { ...options, stream: stream.fork(examples).fork(run) }),
      );
    }
    const share = (test: (fit: OfflineFit) => boolean): number => fits.filter(test).length / runs;
    const kurtoses = fits.flatMap(({ weightKurtosis }) => (weightKurtosis === null ? [] : [weightKurtosis]));
    const overlaps = fits.map(
      ({ match }) => match.largestOverlaps.reduce((sum, x) => sum + x, 0) / setting.teachers,
    );
    points.push({
      examples,
      fits,
      interpolating: share(({ interpolates }) => interpolates),
      collapsed: share(({ isTeacher }) => isTeacher),
      medianError: medianOf(fits.map(({ relativeError }) => relativeError)),
      overlap: overlaps.reduce((sum, x) => sum + x, 0) / runs,
      weightKurtosis: kurtoses.length < runs ? null : kurtoses.reduce((sum, x) => sum + x, 0) / runs,
    });
  }
  return points;
}

function medianOf(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = (sorted.length - 1) / 2;
  return ((sorted[Math.floor(middle)] as number) + (sorted[Math.ceil(middle)] as number)) / 2;
}
