import { describe, expect, it } from "vitest";
import {
  drawDecimationFlow,
  drawGramSpectrum,
  drawSpectraRidgeline,
  ridgeOf,
  selectEvenly,
  serializeFigure,
} from "../../src/figures/index.ts";
import {
  entropyOf,
  followDecimation,
  predictEquicorrelated,
  summarizeSpectrum,
} from "../../src/flow/index.ts";
import { createDocument } from "../../src/report/index.ts";

const document = await createDocument();
const layersOf = (count: number) =>
  Array.from({ length: count }, (_, layer) => {
    const { eigenvalues, ...rest } = predictEquicorrelated(32, 1 - 0.9 * 0.95 ** layer);
    return { layer, eigenvalues, entropy: entropyOf({ eigenvalues, ...rest }) };
  });

describe("ridgelines of spectra", () => {
  it.each([
    [6, 6],
    [41, 32],
    [201, 32],
  ])(
    "of %i layers show %i ridges, the first and the last among them, and all numbers in the table",
    async (count, drawn) => {
      const figure = await drawSpectraRidgeline({ layers: layersOf(count), caption: "Test." }, { document });
      const svg = serializeFigure(figure);
      expect(svg.match(/<circle/g)).toHaveLength(drawn);
      expect(svg).toContain(">input<");
      expect(svg).toContain(`>${count - 1}<`);
      expect(figure.table.rows).toHaveLength(count * 32);
      expect(figure.caption.includes(`32 of ${count} layers`)).toBe(count > 32);
    },
  );

  it("selects evenly without repeats", () => {
    expect(selectEvenly(5, 9)).toEqual([0, 1, 2, 3, 4]);
    const chosen = selectEvenly(200, 32);
    expect([chosen[0], chosen.at(-1), new Set(chosen).size]).toEqual([0, 199, 32]);
  });

  it("the area under a ridge is the share of eigenvalues above the floor", () => {
    const eigenvalues = Float64Array.of(0.5, 0.3, 0.2 - 1e-3, 1e-3, 1e-12);
    const { x, density } = ridgeOf({ layer: 0, eigenvalues, entropy: 0 }, [-5, 1], 0.1, 1e-9);
    const step = (x[1] as number) - (x[0] as number);
    expect(density.reduce((a, b) => a + b, 0) * step).toBeCloseTo(0.8, 6);
  });

  it("a spectrum of rounding only is drawn without ridge", async () => {
    const eigenvalues = Float64Array.of(1, 0, 0);
    const figure = await drawSpectraRidgeline(
      { layers: [{ layer: 0, eigenvalues, entropy: 0 }], caption: "" },
      { document },
    );
    expect(serializeFigure(figure)).not.toContain("NaN");
  });
});

describe("pictures of one spectrum and of decimations", () => {
  it("name what is left out", async () => {
    const estimates = summarizeSpectrum({ ...predictEquicorrelated(16, 1) });
    const figure = await drawGramSpectrum({ ...estimates, caption: "Pure." }, { document });
    expect(figure.caption).toContain("15 eigenvalues are 0");
    expect(serializeFigure(figure)).not.toContain("NaN");
    const rich = await drawGramSpectrum(
      { ...summarizeSpectrum(predictEquicorrelated(16, 0.4)), caption: "" },
      { document },
    );
    expect(rich.table.rows).toHaveLength(16);
  });
  it("flows to order leave the picture, flows to disorder have their limit", async () => {
    const flows = [0.25, 0.35].map((K) => followDecimation("migdal-kadanoff", K, 10));
    const svg = serializeFigure(await drawDecimationFlow({ flows, caption: "Test." }, { document }));
    expect(svg.match(/stroke-dasharray/g)).toHaveLength(1);
    expect(svg).toContain("K₀ = 0.25");
    expect(svg).toContain("K₀ = 0.35");
    expect(svg).not.toContain("NaN");
    const ordered = [followDecimation("migdal-kadanoff", 0.4, 5)];
    expect(
      serializeFigure(await drawDecimationFlow({ flows: ordered, caption: "" }, { document })),
    ).not.toContain("NaN");
  });
});
