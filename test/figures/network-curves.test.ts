import { JSDOM } from "jsdom";
import { describe, expect, it } from "vitest";
import { drawNetworkCurves, drawPhaseDiagram } from "../../src/figures/index.ts";

const { document } = new JSDOM("").window;

describe("curves of networks", () => {
  const input = {
    name: "correlation-map",
    title: "Correlation map",
    caption: "One layer takes c to c'.",
    x: { label: "c", range: [0, 1] },
    y: { label: "c'", range: [0, 1] },
    curves: [
      { name: "tanh", x: [0, 0.5, 1], y: [0.1, 0.6, 1] },
      { name: "pin 1: relu", x: [0, 1], y: [Number.NaN, 1] },
      { name: "layers", x: [0.2, 0.4], y: [0.3, 0.5], isPoints: true },
    ],
    level: 1,
    hasDiagonal: true,
  } as const;

  it("tell lines apart by dashes and name each", async () => {
    const { svg, table } = await drawNetworkCurves(input, { document });
    for (const { name } of input.curves) expect(svg.textContent).toContain(name);
    const dashes = [...svg.querySelectorAll("[stroke-dasharray]")].map((mark) =>
      mark.getAttribute("stroke-dasharray"),
    );
    expect(dashes).toEqual(expect.arrayContaining(["5,4", "7,4"])); // the level, the second network
    expect(svg.outerHTML).not.toMatch(/NaN|undefined/);
    expect(table.columns).toEqual(["curve", "c", "c'"]);
    expect(table.rows[3]).toEqual(["pin 1: relu", 0, null]);
    expect(table.rows).toHaveLength(7);
  });

  it("leave out what a logarithmic axis cannot show", async () => {
    const { svg } = await drawNetworkCurves(
      {
        ...input,
        y: { label: "q", isLogarithmic: true },
        hasDiagonal: false,
        curves: [{ name: "a", x: [1, 2, 3], y: [0, 10, 1000] }],
      },
      { document },
    );
    expect(svg.outerHTML).not.toMatch(/NaN|undefined|Infinity/);
  });
});

describe("a phase diagram", () => {
  it("shows another quantity on request and says so", async () => {
    const { svg, caption } = await drawPhaseDiagram(
      {
        ...{ activation: "tanh", sigmaW2: [1, 2], sigmaB2: [0, 1], criticalLine: [] },
        xiC: [1, 1, 1, 1],
        shown: { label: "q*", values: [0.1, 1, 10, 100], range: [0.1, 100], isLogarithmic: true },
      },
      { document },
    );
    expect(caption).toContain("the colour is q*");
    for (const text of ["q*", "0.1", "100"]) expect(svg.textContent).toContain(text);
    expect(svg.outerHTML).not.toMatch(/NaN|undefined/);
  });
});
