import { unzlibSync } from "fflate";
import { JSDOM } from "jsdom";
import { describe, expect, it } from "vitest";
import {
  binSquares,
  DARK_THEME,
  drawDepthProfile,
  drawPhaseDiagram,
  drawResiduals,
  drawSpectrum,
  drawTrainability,
  encodePalettePng,
  encodePng,
  type Figure,
  residualOf,
  sampleSequential,
  serializeFigure,
} from "../../src/figures/index.ts";

const { document } = new JSDOM("").window;
const estimate = (value: number, stderr: number | null = 0.05) => ({ value, stderr, n: 5, method: "test" });
const layers = Array.from({ length: 20 }, (_, i) => ({
  layer: i + 1,
  theory: 0.9 ** i,
  measured: estimate(0.9 ** i + 0.01),
}));

function expectComplete(figure: Figure): void {
  const text = serializeFigure(figure);
  expect(text).not.toMatch(/NaN|undefined/);
  expect(figure.svg.querySelector("title")?.textContent).toBe(figure.title);
  expect(figure.svg.querySelector("desc")?.textContent).toBe(figure.caption);
  expect(figure.caption).toMatch(/[.]$/);
  expect(text.length).toBeLessThan(100_000);
  for (const row of figure.table.rows) expect(row).toHaveLength(figure.table.columns.length);
}

describe("colours", () => {
  it("grow in lightness along a sequential map, so that they survive grey printing", () => {
    const lightness = ([r, g, b]: readonly number[]) =>
      0.2126 * (r ?? 0) + 0.7152 * (g ?? 0) + 0.0722 * (b ?? 0);
    for (const scale of ["viridis", "cividis"] as const) {
      const values = Array.from({ length: 50 }, (_, i) => lightness(sampleSequential(scale, i / 49)));
      for (let i = 1; i < 50; i++) expect(values[i]).toBeGreaterThan((values[i - 1] as number) - 0.5);
    }
    expect(sampleSequential("viridis", 2)).toEqual(sampleSequential("viridis", 1));
  });
});

describe("encodePng", () => {
  it("writes what a decoder reads back", () => {
    const rgba = Uint8Array.from({ length: 3 * 2 * 4 }, (_, i) => i * 9);
    const bytes = encodePng(rgba, 3, 2);
    const view = new DataView(bytes.buffer);
    expect(String.fromCharCode(...bytes.subarray(1, 4))).toBe("PNG");
    expect([view.getUint32(16), view.getUint32(20)]).toEqual([3, 2]);
    const length = view.getUint32(33);
    const lines = unzlibSync(bytes.subarray(41, 41 + length));
    expect([...lines.subarray(1, 13), ...lines.subarray(14, 26)]).toEqual([...rgba]);
    // the checksum of an empty IEND chunk is the same in every PNG file (PNG specification, annex D)
    expect(view.getUint32(bytes.length - 4)).toBe(0xae426082);
  });
});

describe("encodePalettePng", () => {
  it("writes colours and numbers that a decoder reads back, lines like the one above too", () => {
    const pixels = Uint8Array.of(0, 1, 2, 0, 1, 2, 2, 2, 2);
    const colors = Uint8Array.of(255, 0, 0, 255, 0, 255, 0, 255, 0, 0, 255, 0);
    const bytes = encodePalettePng(pixels, 3, 3, colors);
    const chunks = new Map<string, Uint8Array>();
    for (let at = 8; at < bytes.length; ) {
      const length = new DataView(bytes.buffer).getUint32(at);
      chunks.set(
        String.fromCharCode(...bytes.subarray(at + 4, at + 8)),
        bytes.subarray(at + 8, at + 8 + length),
      );
      at += 12 + length;
    }
    expect([...chunks.keys()]).toEqual(["IHDR", "PLTE", "tRNS", "IDAT", "IEND"]);
    expect([...(chunks.get("IHDR") as Uint8Array)]).toEqual([0, 0, 0, 3, 0, 0, 0, 3, 8, 3, 0, 0, 0]);
    expect([...(chunks.get("PLTE") as Uint8Array)]).toEqual([255, 0, 0, 0, 255, 0, 0, 0, 255]);
    expect([...(chunks.get("tRNS") as Uint8Array)]).toEqual([255, 255, 0]);
    // the second line is the first again: filter 2, nothing added
    expect([...unzlibSync(chunks.get("IDAT") as Uint8Array)]).toEqual([0, 0, 1, 2, 2, 0, 0, 0, 0, 2, 2, 2]);
  });
});

describe("figures", () => {
  it("draws theory as one line and every measurement as a point with its bar", async () => {
    const figure = await drawDepthProfile(
      { name: "length", title: "Length", caption: "A caption.", quantity: "q", layers, limit: 0.1 },
      { document },
    );
    expectComplete(figure);
    expect(figure.svg.querySelectorAll("[data-label='dot'] circle")).toHaveLength(20);
    expect(figure.svg.querySelectorAll("[data-label='line'] path")).toHaveLength(1);
    expect(figure.table.rows[3]).toEqual([4, expect.closeTo(0.729), expect.closeTo(0.739), 0.05]);
  });

  it("leaves out what a logarithmic axis cannot hold", async () => {
    const broken = [
      { layer: 1, theory: 0, measured: estimate(0) },
      { layer: 2, theory: Number.POSITIVE_INFINITY, measured: estimate(1e-3, 1) },
      { layer: 3, theory: 1, measured: null },
    ];
    const figure = await drawDepthProfile(
      {
        name: "gradient",
        title: "Gradient",
        caption: "A caption.",
        quantity: "g",
        layers: broken,
        isLogarithmic: true,
      },
      { document },
    );
    expectComplete(figure);
    expect(figure.svg.querySelectorAll("[data-label='dot'] circle")).toHaveLength(1);
  });

  it("draws a phase diagram with line, point and both phases named", async () => {
    const sigmaW2 = [0.5, 1, 1.5, 2];
    const sigmaB2 = [0, 0.1, 0.2];
    const xiC = Float64Array.from({ length: 12 }, (_, i) => (i === 5 ? Number.POSITIVE_INFINITY : i));
    const criticalLine = [{ sigmaW2: [1, 1.2, 1.5, 9], sigmaB2: [0, 0.1, 0.2, 0.9] }];
    const points = [{ label: "net", sigmaW2: estimate(1.2), sigmaB2: estimate(0.1, null) }];
    const figure = await drawPhaseDiagram(
      { activation: "tanh", sigmaW2, sigmaB2, xiC, criticalLine, points },
      { document, theme: DARK_THEME },
    );
    expectComplete(figure);
    const text = figure.svg.textContent ?? "";
    for (const word of ["ordered", "chaotic", "net", "ξ_c"]) expect(text).toContain(word);
    expect(figure.caption).toContain("σ_w² = 1.20(5)");
    expect(figure.table.rows.filter(([kind]) => kind === "critical line")).toHaveLength(3);
  });

  it("says when there is only one critical point, or none", async () => {
    const base = {
      activation: "relu",
      sigmaW2: [1, 2, 3],
      sigmaB2: [0, 1],
      xiC: new Float64Array(6).fill(3),
    };
    const one = await drawPhaseDiagram(
      { ...base, criticalLine: [{ sigmaW2: [2], sigmaB2: [0] }] },
      { document },
    );
    expect(one.caption).toContain("one critical point");
    const none = await drawPhaseDiagram({ ...base, criticalLine: [] }, { document });
    expect(none.caption).toContain("no critical line");
  });

  it("bins squared singular values by decades and counts zeros apart", async () => {
    const { bins, zeros } = binSquares([0, 0, 0.1, 0.1, 1, 1, 1, 10], 8);
    expect(zeros).toBe(2);
    expect(bins.reduce((sum, { from, to, share }) => sum + (to - from) * share, 0)).toBeCloseTo(6 / 8, 12);
    expect(binSquares([0, 0]).bins).toEqual([]);
    expect(binSquares([1, 2, 3, 4]).bins).toHaveLength(2);
    expect(binSquares(Float64Array.from({ length: 9000 }, (_, i) => 1 + i)).bins).toHaveLength(40);
    const figure = await drawSpectrum(
      { singularValues: [0.1, 1, 2, 0], theoryMean: 1.5, caption: "A caption." },
      { document },
    );
    expectComplete(figure);
    expect(figure.caption).toContain("1 values below");
  });

  it("draws residuals in units of the error only where there is one", async () => {
    expect(residualOf({ layer: 1, theory: 1, measured: estimate(1.1) })).toBeCloseTo(2, 12);
    expect(residualOf({ layer: 1, theory: 1, measured: estimate(1.1, 0) })).toBeNull();
    expect(residualOf({ layer: 1, theory: null, measured: estimate(1.1) })).toBeNull();
    const far = [...layers, { layer: 21, theory: 1, measured: estimate(9) }];
    const figure = await drawResiduals(
      { caption: "A caption.", series: [{ name: "q", layers: far }] },
      { document },
    );
    expectComplete(figure);
    expect(figure.caption).toContain("1 of 21 points lie beyond ±5");
    expect(figure.svg.textContent).toContain("↑");
    // 0.2 errors with 4 degrees of freedom are a little less than 0.2 Gaussian deviations
    expect(figure.table.rows[0]).toEqual(["q", 1, expect.closeTo(0.2), 4, expect.closeTo(0.188, 3)]);
  });

  it("draws a scan with the curve of 6 xi_c", async () => {
    const figure = await drawTrainability(
      {
        title: "Scan",
        activation: "tanh",
        sigmaB2: 0.05,
        sigmaW2: [1, 1.5, 2],
        depths: [10, 20],
        accuracy: [0.9, 1, 0.9, 0.1, 1, Number.NaN],
        chance: 0.1,
        depthScale: [1, 1.5, 2].map((sigmaW2) => ({ sigmaW2, xiC: 2 })),
      },
      { document },
    );
    expectComplete(figure);
    expect(figure.table.rows[5]).toEqual([2, 20, null]);
  });
});
