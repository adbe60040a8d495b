import { describe, expect, it } from "vitest";
import { resolveActivation } from "../../../src/networks/index.ts";
import {
  PhaseCellSolver,
  type PhasePainting,
  paintPhaseDiagram,
  paintPhasePasses,
  phaseCodes,
  scanVariance,
  solveMeanField,
  traceCriticalLine,
} from "../../../src/signal/index.ts";

const grid = { sigmaW2: [0.3, 4.1], sigmaB2: [0, 1], nx: 13, ny: 7 } as const;

describe("phase diagram", () => {
  // Errors of c* and 1/xi_c: 1e-8 where the Hermite series converges; near c = 1 kinks leave 1e-6 and 1e-4, because the
  // tail of the series is modelled there (truncated-series.ts).
  for (const [name, accuracy] of [
    ["tanh", 1e-8],
    ["erf", 1e-8],
    ["sigmoid", 1e-8],
    ["gelu", 1e-8],
    ["hard-tanh", 1e-6],
    ["relu", 1e-8],
    ["x*exp(-x^2)", 1e-8],
  ] as const) {
    it(`${name}: every point agrees with solveMeanField`, async () => {
      const activation = resolveActivation(name);
      const diagram = await paintPhaseDiagram(activation, grid);
      const scan = scanVariance(activation);
      expect(diagram.q.length).toBe(91);
      for (let at = 0; at < 91; at += name === "tanh" ? 1 : 5) {
        const sigmaW2 = diagram.sigmaW2[at % 13] as number;
        const sigmaB2 = diagram.sigmaB2[Math.floor(at / 13)] as number;
        const field = solveMeanField(activation, { sigmaW2, sigmaB2 }, { scan });
        const q = diagram.q[at] as number;
        if (Number.isFinite(field.q.value))
          expect(Math.abs(q - field.q.value)).toBeLessThan(1e-10 * (1e-4 + q));
        else expect(q).toBe(field.q.value);
        expect(Math.abs((diagram.chi1[at] as number) / field.chi1.value - 1)).toBeLessThan(1e-10);
        expect(Math.abs((diagram.c[at] as number) - field.c.value)).toBeLessThan(accuracy);
        const inverse = [1 / (diagram.xiC[at] as number), 1 / field.xiC.value] as const;
        expect(Math.abs(inverse[0] - inverse[1])).toBeLessThan(100 * accuracy);
        expect(diagram.phase[at]).toBe(phaseCodes[field.phase]);
      }
    });
  }

  it("is the same painting when painters share the rows and a solver", () => {
    const activation = resolveActivation("tanh");
    const solver = new PhaseCellSolver(activation);
    const finish = (painter: ReturnType<typeof paintPhasePasses>) => {
      for (let step = painter.next(); ; step = painter.next()) if (step.done) return step.value;
    };
    const large = { ...grid, nx: 20, ny: 20 };
    const whole = finish(paintPhasePasses(activation, large));
    const parts = (
      [
        [0, 8],
        [8, 20],
      ] as const
    ).map((rows) =>
      finish(paintPhasePasses(activation, large, { solver, rows, criticalLine: whole.criticalLine })),
    );
    for (let at = 0; at < 400; at++) {
      const part = parts[at < 160 ? 0 : 1]!;
      // the iteration starts from the neighbour painted before, which differs
      expect(part.q[at]).toBeCloseTo(whole.q[at]!, 11);
      expect(part.chi1[at]).toBeCloseTo(whole.chi1[at]!, 11);
      expect(part.phase[at]).toBe(whole.phase[at]);
      expect(parts[at < 160 ? 1 : 0]!.chi1[at]).toBe(0);
    }
    expect(() => paintPhasePasses(activation, large, { rows: [4, 20] }).next()).toThrow(/multiple of 8/);
  });

  it("paints coarse to fine and yields the whole picture early", () => {
    const painter = paintPhasePasses(resolveActivation("tanh"), { ...grid, nx: 33, ny: 17 });
    const steps: { done: number; stride: number; blank: number }[] = [];
    for (const { done, stride, diagram } of painter) {
      steps.push({ done, stride, blank: diagram.chi1.filter((chi1) => chi1 === 0).length });
    }
    expect(steps.map(({ stride }) => stride)).toEqual(
      [...steps.map(({ stride }) => stride)].sort((a, b) => b - a),
    );
    expect(steps[steps.length - 1]?.done).toBe(33 * 17);
    const firstPass = steps.filter(({ stride }) => stride === 8);
    expect(firstPass[firstPass.length - 1]).toEqual({ done: 15, stride: 8, blank: 0 });
  });

  it("reports progress and stops on a signal", async () => {
    const controller = new AbortController();
    const paintings: PhasePainting[] = [];
    const work = paintPhaseDiagram(
      resolveActivation("tanh"),
      { ...grid, nx: 64, ny: 64 },
      {
        signal: controller.signal,
        onPaint: (painting) => {
          paintings.push(painting);
          controller.abort();
        },
      },
    );
    await expect(work).rejects.toThrow(/stopped after \d+ of 4096/);
    expect(paintings.length).toBe(1);
  });

  it("refuses impossible grids", async () => {
    const tanh = resolveActivation("tanh");
    await expect(paintPhaseDiagram(tanh, { ...grid, nx: 0 })).rejects.toThrow(/0 points of sigmaW2/);
    await expect(paintPhaseDiagram(tanh, { ...grid, sigmaW2: [0, 1] })).rejects.toThrow(/expected positive/);
    await expect(paintPhaseDiagram(tanh, { ...grid, sigmaB2: [1, 0] })).rejects.toThrow(
      /sigmaB2 from 1 to 0/,
    );
  });
});

describe("critical polyline", () => {
  it("runs from the axis to the border of the window", () => {
    const [piece, ...rest] = traceCriticalLine(resolveActivation("tanh"), {
      sigmaW2: [0, 4],
      sigmaB2: [0, 1],
    });
    expect(rest).toEqual([]);
    expect([piece?.sigmaW2[0], piece?.sigmaB2[0]]).toEqual([1, 0]);
    expect(piece?.sigmaW2.at(-1)).toBeCloseTo(3.44321091, 7);
    expect(piece?.sigmaB2.at(-1)).toBeCloseTo(1, 10);
  });

  it("is one point for ReLU, empty where the window misses the line", () => {
    const relu = resolveActivation("relu");
    expect(traceCriticalLine(relu, { sigmaW2: [1, 3], sigmaB2: [0, 1] })[0]?.sigmaW2).toEqual(
      Float64Array.of(2),
    );
    expect(traceCriticalLine(relu, { sigmaW2: [2.5, 3], sigmaB2: [0, 1] })).toEqual([]);
  });
});
