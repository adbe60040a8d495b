/** What figures share: places of values on an axis, and value axes that are drawn the other way. */
import { JSDOM } from "jsdom";
import { describe, expect, it } from "vitest";
import { nearestValue } from "../../lab/src/figure/marker.ts";
import {
  drawDepthProfile,
  drawFlowCurve,
  drawFlowOverlay,
  drawGeneralization,
  drawKernelSpectrum,
  drawPictureGrid,
  drawSpectraRidgeline,
  type Figure,
  type FigureAxis,
} from "../../src/figures/index.ts";

const { document } = new JSDOM("").window;
const estimate = (value: number) => ({ value, stderr: 0.01, n: 3, method: "made up" });
const points = Array.from({ length: 6 }, (_, depth) => ({
  depth,
  gram: estimate(0.6 ** depth),
  forward: estimate(0.9 ** depth),
}));
const layers = points
  .slice(1)
  .map(({ depth, gram }) => ({ layer: depth, theory: gram.value, measured: gram }));
const curve = (otherScale = false) => drawFlowCurve({ points, xiC: 2 }, { document, otherScale });
const profile = (otherScale = false) =>
  drawDepthProfile(
    { name: "length", title: "q", caption: "", quantity: "q", layers, limit: 0 },
    { document, otherScale },
  );
const axisOf = ({ axis }: Figure): FigureAxis => {
  if (axis === undefined) throw new Error("the figure has no axis");
  return axis;
};

describe("axes that figures share", () => {
  it("have one name over figures of depth, and places in its order", async () => {
    const ridges = await drawSpectraRidgeline(
      {
        caption: "",
        layers: points.map(({ depth }) => ({ layer: depth, entropy: 0.5, eigenvalues: [0.7, 0.2, 0.1] })),
      },
      { document },
    );
    const grid = await drawPictureGrid(
      {
        ...{
          name: "reconstructions",
          title: "",
          caption: "",
          shape: [1, 2, 2],
          rows: ["3"],
          isByDepth: true,
        },
        columns: points.map(({ depth }) => ({
          label: depth === 0 ? "input" : `${depth}`,
          pixels: [0, 1, 2, 3],
        })),
      },
      { document },
    );
    const overlay = await drawFlowOverlay({ flows: [{ label: "a", points }] }, { document });
    const figures = [await curve(), overlay, ridges, grid];
    expect(figures.map((figure) => axisOf(figure).name)).toEqual(Array(4).fill("depth"));
    for (const figure of figures) {
      const { values, place, valueOfRow } = axisOf(figure);
      expect(values).toEqual([0, 1, 2, 3, 4, 5]);
      const along = values.map((value) => place(value)).map((at) => (at?.x ?? 0) + (at?.y ?? 0));
      expect([...along].sort((a, b) => a - b)).toEqual(along);
      expect(valueOfRow(0)).toBe(0);
      expect(valueOfRow(figure.table.rows.length - 1)).toBe(5);
    }
    expect(axisOf(await profile())).toMatchObject({ name: "depth", values: [1, 2, 3, 4, 5] });
  });

  it("lead from a point of the figure back to the value there", async () => {
    const axis = axisOf(await curve());
    for (const value of axis.values) {
      const at = axis.place(value);
      expect(nearestValue(axis, (at?.x ?? 0) + 2, 100)).toBe(value);
    }
    expect(axis.place(3)?.height).toBeGreaterThan(100);
  });
});

describe("value axes", () => {
  it("are drawn the other way when asked, with the same numbers and without broken marks", async () => {
    const error = (otherScale: boolean) =>
      drawGeneralization(
        {
          ...{ title: "", caption: "" },
          points: [
            { examples: 10, infiniteWidth: 0.5, finiteWidth: 0.4, sampled: 0.1, stderr: 0.2 },
            { examples: 20, infiniteWidth: 0.05, finiteWidth: 0.04, sampled: null, stderr: null },
          ],
        },
        { document, otherScale },
      );
    const spectrum = (otherScale: boolean) =>
      drawKernelSpectrum(
        { bare: [3, 1, 0.1], renormalized: null, temperature: 0.2, caption: "" },
        { document, otherScale },
      );
    for (const draw of [curve, profile, error, spectrum]) {
      const [usual, other] = [await draw(false), await draw(true)];
      expect(new Set([usual.valueScale, other.valueScale])).toEqual(new Set(["linear", "log"]));
      expect(other.table).toEqual(usual.table);
      for (const { svg } of [usual, other]) expect(svg.outerHTML).not.toMatch(/NaN|Infinity/);
      expect(other.svg.outerHTML).not.toBe(usual.svg.outerHTML);
    }
  });
});
