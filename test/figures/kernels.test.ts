/** Figures of kernels and of flows side by side: complete, described, with their numbers as a table. */
import { JSDOM } from "jsdom";
import { describe, expect, it } from "vitest";
import { drawFlowOverlay, drawKernelMap, drawKernelSpectrum } from "../../src/figures/index.ts";

const { document } = new JSDOM("").window;

describe("drawKernelSpectrum", () => {
  const bare = [10, 1, 0.1, 0.01, 0];

  it("counts the directions above the temperature at finite width, and those that are rounding", async () => {
    const renormalized = bare.map((value) => 0.5 * value);
    const { svg, caption, table } = await drawKernelSpectrum(
      { bare, renormalized, temperature: 0.07, caption: "A kernel." },
      { document },
    );
    expect(caption).toContain("2 of 5 directions lie above the temperature");
    expect(caption).toContain("1 eigenvalues are zero");
    expect(table.rows[0]).toEqual([1, 10, 5]);
    expect(svg.textContent).toContain("T = 0.07");
    expect(svg.outerHTML).not.toMatch(/NaN|undefined/);
  });

  it("draws infinite width alone and without a temperature", async () => {
    const { svg, table } = await drawKernelSpectrum(
      { bare, renormalized: null, temperature: 0, caption: "A kernel." },
      { document },
    );
    expect(svg.textContent).not.toContain("finite width 1");
    expect(table.rows[2]).toEqual([3, 0.1, null]);
    expect(svg.outerHTML).not.toMatch(/NaN|undefined/);
  });
});

describe("drawKernelMap", () => {
  it("names groups at both sides and keeps pairs as a table", async () => {
    const size = 6;
    const values = Float64Array.from({ length: size * size }, (_, k) => Math.floor(k / size) + k);
    const { svg, table } = await drawKernelMap(
      {
        ...{ name: "nngp-map", title: "NNGP", caption: "A kernel.", quantity: "K", values, size },
        groups: [
          { label: "0", count: 2 },
          { label: "1", count: 4 },
        ],
      },
      { document },
    );
    expect(table.columns).toHaveLength(size + 1);
    expect(table.rows[1]).toEqual(["0 #2", ...Array.from(values.subarray(size, 2 * size))]);
    expect(svg.querySelectorAll("image")).toHaveLength(2);
    expect(svg.outerHTML).not.toMatch(/NaN|undefined/);
  });

  it("survives a constant kernel", async () => {
    const input = { name: "a", title: "a", caption: "a", quantity: "K", values: [2, 2, 2, 2], size: 2 };
    const { svg } = await drawKernelMap({ ...input, groups: [{ label: "0", count: 2 }] }, { document });
    expect(svg.outerHTML).not.toMatch(/NaN|undefined/);
  });
});

describe("drawFlowOverlay", () => {
  it("has a curve and a column for each network, of different depths too", async () => {
    const flow = (label: string, depth: number) => ({
      label,
      points: Array.from({ length: depth + 1 }, (_, l) => ({ depth: l, gram: { value: 0.6 / (l + 1) } })),
    });
    const { svg, table } = await drawFlowOverlay({ flows: [flow("a", 3), flow("b", 5)] }, { document });
    expect(table.columns).toEqual(["depth", "S reconstructed, a", "S reconstructed, b"]);
    expect(table.rows[4]).toEqual([4, null, 0.12]);
    expect(svg.querySelectorAll("circle")).toHaveLength(10);
    expect(svg.outerHTML).not.toMatch(/NaN|undefined/);
  });
});
