import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { assignRows, fitOffline, matchTeachers, measureCollapse } from "../../../src/bayes/index.ts";
import { createStream, erf } from "../../../src/numerics/index.ts";

describe("assignment", () => {
  it("finds the largest sum that trying all finds", () => {
    const matrix = fc
      .tuple(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 5 }))
      .chain(([rows, columns]) =>
        fc.array(
          fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: columns, maxLength: columns }),
          {
            minLength: rows,
            maxLength: rows,
          },
        ),
      );
    fc.assert(
      fc.property(matrix, (gains) => {
        const total = assignRows(gains).reduce<number>(
          (sum, row, column) => sum + (row === null ? 0 : (gains[row]?.[column] as number)),
          0,
        );
        expect(total).toBeCloseTo(bestSum(gains, 0, new Set()), 10);
      }),
      { numRuns: 200 },
    );
  });
});

/** The best sum from column `column` on, rows of `taken` excluded. */
function bestSum(gains: readonly (readonly number[])[], column: number, taken: ReadonlySet<number>): number {
  const columns = gains[0]?.length ?? 0;
  if (column === columns) return 0;
  let best = gains.length < columns ? bestSum(gains, column + 1, taken) : Number.NEGATIVE_INFINITY;
  gains.forEach((row, i) => {
    if (taken.has(i)) return;
    best = Math.max(best, (row[column] as number) + bestSum(gains, column + 1, new Set([...taken, i])));
  });
  return best === Number.NEGATIVE_INFINITY ? 0 : best;
}

describe("matching of students with teachers", () => {
  it("sees through permutations, signs and copies", () => {
    // students: -2 t1, t0, t0 again, and one that does nothing
    const vectors = [
      [0, -2, 0],
      [1, 0, 0],
      [1, 0, 0],
      [0, 0, 1],
    ];
    const product = (a: readonly number[], b: readonly number[]) =>
      a.reduce((sum, x, i) => sum + x * (b[i] as number), 0);
    const match = matchTeachers({
      students: vectors.map((a) => vectors.map((b) => product(a, b))),
      cross: vectors.map((a) => [a[0] as number, a[1] as number]),
      teachers: [
        [1, 0],
        [0, 1],
      ],
      readout: [-1, 0.3, 0.7, 0],
      teacherReadout: [1, 1],
    });
    expect(match.studentOf[1]).toBe(0);
    expect([1, 2]).toContain(match.studentOf[0]);
    expect(match.matchedOverlap).toBeCloseTo(1, 12);
    expect(match.groups.map(({ students }) => students)).toEqual([[0], [1, 2], [3]]);
    expect(match.groups.map(({ readout }) => readout)).toEqual([-1, 1, 0]);
    expect(match.groups[2]?.strength).toBe(0);
  });
});

/** Fires as soon as the event loop gets a turn. */
function abortSoon(): AbortController {
  const controller = new AbortController();
  setTimeout(() => controller.abort(), 0);
  return controller;
}

describe("offline learning", () => {
  it("has no student left over when the teacher is a single unit", () => {
    const setting = { students: 1, teachers: 1, dimension: 4, examples: 20 };
    const fit = fitOffline(setting, { stream: createStream(1) });
    expect(fit.isTeacher).toBe(true);
    expect(Math.abs(fit.overlaps.readout[0] as number)).toBeCloseTo(1, 6);
    expect(fit.match.matchedOverlap).toBeCloseTo(1, 8);
  });

  it("has the error that fresh examples measure", () => {
    const fit = fitOffline(
      { students: 3, teachers: 2, dimension: 6, examples: 8 },
      { stream: createStream(2) },
    );
    expect(fit.interpolates).toBe(true);
    // fields of the student from its overlaps: a Gaussian vector of the same covariance
    const { students, cross, readout } = fit.overlaps;
    const stream = createStream(3);
    let sum = 0;
    const draws = 40_000;
    const c = [
      ...students.map((row, i) => [...row, ...(cross[i] as number[])]),
      ...[0, 1].map((m) => [...cross.map((row) => row[m] as number), m === 0 ? 1 : 0, m === 1 ? 1 : 0]),
    ];
    const factor = c.map((row) => row.map(() => 0));
    c.forEach((row, i) => {
      for (let j = 0; j <= i; j++) {
        let rest = row[j] as number;
        for (let l = 0; l < j; l++) rest -= (factor[i]?.[l] as number) * (factor[j]?.[l] as number);
        (factor[i] as number[])[j] =
          i === j ? Math.sqrt(Math.max(rest, 0)) : rest / (factor[j]?.[j] as number);
      }
    });
    for (let t = 0; t < draws; t++) {
      const z = c.map(() => stream.normal());
      const fields = factor.map((row) =>
        row.reduce((total, value, l) => total + value * (z[l] as number), 0),
      );
      const weights = [...readout.map((v) => -v), 1, 1];
      const gap = weights.reduce((total, w, i) => total + w * erf((fields[i] as number) * Math.SQRT1_2), 0);
      sum += (gap * gap) / 2;
    }
    expect(sum / draws / fit.error).toBeCloseTo(1, 1);
  });

  it("memorises from few examples and becomes the teacher from more", async () => {
    const setting = { students: 2, teachers: 2, dimension: 10 };
    const [few, more] = await measureCollapse(setting, [12, 34], {
      runs: 6,
      restarts: 8,
      stream: createStream(1),
    });
    expect(few?.interpolating).toBe(1);
    expect(few?.collapsed).toBe(0);
    expect(few?.medianError).toBeGreaterThan(0.02);
    expect(more?.collapsed).toBeGreaterThan(0.8);
    expect(more?.medianError).toBeLessThan(1e-10);
  });

  it("ends while it runs when a signal fires", async () => {
    const setting = { students: 1, teachers: 1, dimension: 4 };
    const { signal } = abortSoon();
    const endless = measureCollapse(setting, [5], { runs: 1e9, stream: createStream(1), signal });
    await expect(endless).rejects.toThrow(/interrupted/);
  });

  it("refuses more teachers than dimensions", () => {
    const setting = { students: 1, teachers: 3, dimension: 2, examples: 5 };
    expect(() => fitOffline(setting, { stream: createStream(1) })).toThrow(/3 teachers, dimension 2/);
  });
});
