import { describe, expect, it } from "vitest";
import {
  type ManifoldVectors,
  manifoldMoments,
  manifoldOverlaps,
  manifoldStart,
  type Overlaps,
  simulateManifoldLearning,
  solveManifoldLearning,
  solveOnlineLearning,
  typicalManifoldStart,
} from "../../../src/bayes/index.ts";
import { loadKernels } from "../../../src/kernels/index.ts";
import { createStream, gaussianAverage } from "../../../src/numerics/index.ts";
import { twoUnits } from "./two-units.ts";

const algebra = await loadKernels();

function draw(seed: number, { k = 2, m = 2, n = 400, d = 40 } = {}): ManifoldVectors {
  const stream = createStream(seed);
  const matrix = (rows: number, cols: number, scale = 1) => {
    const data = new Float64Array(rows * cols);
    stream.fillNormal(data, scale);
    return { rows, cols, data };
  };
  return {
    students: matrix(k, n, 0.7),
    teachers: matrix(m, d),
    features: matrix(d, n),
    readout: new Array<number>(k).fill(1),
    teacherReadout: new Array<number>(m).fill(1),
  };
}

describe("hidden manifold", () => {
  it("has the moments of its functions", () => {
    expect(manifoldMoments("sign").slope).toBeCloseTo(0.797885, 6);
    expect(manifoldMoments("tanh").slope).toBeCloseTo(0.605706, 6);
    expect(manifoldMoments("tanh").square).toBeCloseTo(0.394294, 6);
    const { f, slope, square } = manifoldMoments("erf");
    expect(gaussianAverage((u) => u * f(u))).toBeCloseTo(slope, 10);
    expect(gaussianAverage((u) => f(u) ** 2)).toBeCloseTo(square, 10);
  });

  it.each(["sign", "tanh"] as const)(
    "has local fields of the covariance that the equivalence says: %s",
    (name) => {
      const vectors = draw(1, { n: 1000, d: 100 });
      const moments = manifoldMoments(name);
      const overlaps = manifoldOverlaps(vectors, moments, algebra);
      const stream = createStream(5);
      const draws = 4000;
      const c = { rows: draws, cols: 100, data: new Float64Array(draws * 100) };
      stream.fillNormal(c.data, 1 / Math.sqrt(100));
      const x = algebra.multiply(c, vectors.features);
      for (let i = 0; i < x.data.length; i++) x.data[i] = moments.f(x.data[i] as number) / Math.sqrt(1000);
      const student = algebra.multiplyTransposedRight(x, vectors.students);
      const teacher = algebra.multiplyTransposedRight(c, vectors.teachers);
      const q = algebra.multiplyTransposedLeft(student, student).data;
      const r = algebra.multiplyTransposedLeft(student, teacher).data;
      // 4000 draws and N = 1000: both errors are of the order 0.02
      [0, 1].forEach((i) => {
        [0, 1].forEach((j) => {
          expect(
            Math.abs((q[2 * i + j] as number) / draws - (overlaps.students[i]?.[j] as number)),
          ).toBeLessThan(0.04);
          expect(
            Math.abs((r[2 * i + j] as number) / draws - (overlaps.cross[i]?.[j] as number)),
          ).toBeLessThan(0.04);
        });
      });
      // modes sum up to the same overlaps
      const start = manifoldStart(vectors, algebra);
      const [point] = solveManifoldLearning(start, [0], moments, { rate: 1 });
      expect(point?.overlaps.students[0]?.[1]).toBeCloseTo(overlaps.students[0]?.[1] as number, 10);
      expect(point?.overlaps.cross[1]?.[0]).toBeCloseTo(overlaps.cross[1]?.[0] as number, 10);
    },
  );

  it("is on-line learning of independent inputs when f is linear and F orthogonal", () => {
    const overlaps = twoUnits;
    const start = {
      ratio: 1,
      lengths: overlaps.students,
      modes: [{ eigenvalue: 1, share: 1, ...overlaps }],
      readout: [1, 1],
      teacherReadout: [1, 1],
    };
    const options = { rate: 1, noise: 0.1, trainReadout: true };
    const times = [1, 5, 20];
    const known = solveOnlineLearning(overlaps, times, options);
    solveManifoldLearning(start, times, manifoldMoments("linear"), options).forEach(({ error }, t) => {
      expect(Math.abs(error / (known[t]?.error as number) - 1)).toBeLessThan(1e-6);
    });
  });

  it.each(["sign", "tanh"] as const)("follows a simulation from the same vectors: %s", (name) => {
    const times = [0, 1, 4, 10];
    const moments = manifoldMoments(name);
    const gaps = times.map(() => 0);
    const seeds = [3, 4, 5];
    for (const seed of seeds) {
      const vectors = draw(seed);
      const options = { rate: 0.5 };
      const theory = solveManifoldLearning(manifoldStart(vectors, algebra), times, moments, options);
      const stream = createStream(seed);
      const runs = simulateManifoldLearning(vectors, times, moments, { ...options, stream }, algebra);
      expect(runs[0]?.error).toBeCloseTo(theory[0]?.error as number, 10);
      times.forEach((_, t) => {
        gaps[t] =
          (gaps[t] as number) +
          ((runs[t]?.error as number) / (theory[t]?.error as number) - 1) / seeds.length;
      });
    }
    for (const gap of gaps) expect(Math.abs(gap)).toBeLessThan(0.06);
  });

  it("is independent of F when D is much smaller than N", () => {
    const overlaps: Overlaps = {
      students: [[0.3]],
      cross: [[0.1]],
      teachers: [[1]],
      readout: [1],
      teacherReadout: [1],
    };
    const moments = manifoldMoments("sign");
    const narrow = solveManifoldLearning(typicalManifoldStart(overlaps, 1e-4), [0.5], moments, { rate: 0.2 });
    const single = solveManifoldLearning(typicalManifoldStart(overlaps, 1e-4, 1), [0.5], moments, {
      rate: 0.2,
    });
    expect((narrow[0]?.error as number) / (single[0]?.error as number)).toBeCloseTo(1, 2);
  });

  it("names what does not fit", () => {
    const vectors = draw(1, { n: 20, d: 5 });
    expect(() => manifoldOverlaps({ ...vectors, readout: [1] }, manifoldMoments("sign"), algebra)).toThrow(
      /5 x 20/,
    );
    const start = manifoldStart(vectors, algebra);
    expect(() => solveManifoldLearning(start, [2, 1], manifoldMoments("sign"), { rate: 1 })).toThrow(
      /ascending/,
    );
    const overlaps = manifoldOverlaps(vectors, manifoldMoments("sign"), algebra);
    expect(() => typicalManifoldStart(overlaps, 2)).toThrow(/D \/ N = 2/);
  });
});
