/** Figures of information flow: complete, described, with their numbers as a table. */
import { JSDOM } from "jsdom";
import { describe, expect, it } from "vitest";
import {
  drawFlowComparison,
  drawFlowCurve,
  drawFlowScan,
  drawFlowTuning,
  drawPictureGrid,
  serializeFigure,
} from "../../src/figures/index.ts";

const { document } = new JSDOM("").window;
const estimate = (value: number) => ({ value, stderr: 0.01, n: 3, method: "test" });
const points = Array.from({ length: 31 }, (_, depth) => ({
  depth,
  gram: estimate(0.6 * 0.9 ** depth),
  forward: estimate(0.6 * 0.8 ** depth),
}));

describe("drawFlowCurve", () => {
  it("marks 6 and 8 depth scales where they fit, and says what they are", async () => {
    const { svg, caption, table } = await drawFlowCurve({ points, xiC: 3, cutoff: 20 }, { document });
    const words = [...svg.querySelectorAll("text")].map((element) => element.textContent);
    expect(words).toContain("6 ξ_c");
    expect(words).toContain("8 ξ_c");
    expect(caption).toContain("depth 20");
    expect(table.rows).toHaveLength(31);
    expect(serializeFigure({ svg, caption, table, name: "", title: "" })).not.toMatch(/NaN|undefined/);
  });

  it("draws no theory where there is none", async () => {
    const { svg, caption } = await drawFlowCurve({ points, xiC: null }, { document });
    expect(svg.textContent).not.toContain("6 ξ_c");
    expect(caption).not.toContain("ξ_c");
  });

  it("keeps depths beyond the network out of the picture", async () => {
    const { svg } = await drawFlowCurve({ points, xiC: 4.5 }, { document });
    const words = [...svg.querySelectorAll("text")].map((element) => element.textContent);
    expect(words).toContain("6 ξ_c");
    expect(words).not.toContain("8 ξ_c");
  });
});

describe("drawFlowScan", () => {
  const sigmaW2 = [0.5, 1, 2, 4];
  const depths = [1, 2, 3, 4, 5];
  const base = {
    title: "Flow",
    quantity: "Gram entropy",
    sigmaW2,
    depths,
    values: depths.flatMap((depth) => sigmaW2.map((x) => x / depth)),
    boundary: [2, 4, null, 3],
    depthScale: [
      { sigmaW2: 0.5, xiC: 0.4 },
      { sigmaW2: 2, xiC: Number.POSITIVE_INFINITY },
      { sigmaW2: 4, xiC: 0.5 },
    ],
  };

  it("paints one picture for each column, at unequal distances too, and keeps all numbers", async () => {
    const { svg, table } = await drawFlowScan(base, { document });
    const images = [...svg.querySelectorAll("image")];
    // one for each column and the colour bar
    expect(images).toHaveLength(5);
    const widths = images.slice(0, 4).map((image) => Number(image.getAttribute("width")));
    expect((widths[3] as number) / (widths[2] as number)).toBeCloseTo(2 / 1.5, 1);
    expect(table.rows).toHaveLength(20);
    expect(svg.outerHTML).not.toMatch(/NaN|undefined/);
  });

  it("tells trained networks from others by their sign", async () => {
    const trained = [
      { sigmaW2: 1, depth: 2, score: 0.9 },
      { sigmaW2: 4, depth: 4, score: 0.1 },
    ];
    const { caption, svg } = await drawFlowScan({ ...base, trained, threshold: 0.4 }, { document });
    expect(caption).toContain("accuracy of 0.4 or more");
    expect(svg.textContent).toContain("did not");
  });
});

describe("drawPictureGrid", () => {
  const column = (label: string, value: number) => ({ label, pixels: new Float32Array(2 * 9).fill(value) });
  const input = {
    name: "reconstructions",
    title: "Reconstructions",
    caption: "Rows are examples.",
    shape: [1, 3, 3] as const,
    rows: ["a", "b"],
    columns: Array.from({ length: 20 }, (_, i) => column(String(i), i / 20)),
    range: [0, 1] as const,
  };

  it("goes on in further bands and grows in height", async () => {
    const { svg, table } = await drawPictureGrid(input, { document });
    const images = [...svg.querySelectorAll("image")];
    expect(images).toHaveLength(20);
    expect(new Set(images.map((image) => image.getAttribute("y"))).size).toBe(2);
    expect(table.rows).toHaveLength(40);
    const few = await drawPictureGrid({ ...input, columns: input.columns.slice(0, 3) }, { document });
    expect(Number(few.svg.getAttribute("height"))).toBeLessThan(Number(svg.getAttribute("height")));
  });

  it("paints a column once, and again when its scale changes", async () => {
    const columns = [column("input", 0.5), column("1", 0.25)];
    const paint = async (range: readonly [number, number]) => {
      const { svg } = await drawPictureGrid({ ...input, columns, range }, { document });
      return [...svg.querySelectorAll("image")].map((image) => image.getAttribute("href"));
    };
    const [first, again, wider] = [await paint([0, 1]), await paint([0, 1]), await paint([0, 4])];
    expect(again).toEqual(first);
    expect(wider[0]).not.toBe(first[0]);
    expect(first[0]).not.toBe(first[1]);
  });

  it("takes a turn for every column that is new, and two for the rest", async () => {
    const columns = [column("input", 0.5), column("1", 0.25)];
    let turns = 0;
    const turn = async () => {
      turns++;
    };
    await drawPictureGrid({ ...input, columns }, { document, turn });
    expect(turns).toBe(4);
    await drawPictureGrid({ ...input, columns: [...columns, column("2", 0.1)] }, { document, turn });
    expect(turns).toBe(7);
  });

  it("survives constant pictures", async () => {
    const { svg } = await drawPictureGrid({ ...input, isScaledApart: true }, { document });
    expect(svg.outerHTML).not.toMatch(/NaN|undefined/);
  });
});

describe("drawFlowTuning", () => {
  it("draws points, fit and maximum, and keeps the points as a table", async () => {
    const curve = [0.25, 0.5, 1, 2, 4].map((x) => ({ x, mean: 1 - Math.log(x) ** 2, stderr: 0.1 }));
    const { svg, table, caption } = await drawFlowTuning(
      {
        axis: "weight variance",
        isLogarithmic: true,
        curve,
        points: curve.map(({ x, mean }) => ({ x, value: estimate(mean) })),
        optimum: estimate(1.02),
      },
      { document },
    );
    expect(table.rows).toHaveLength(5);
    expect(caption).toContain("1.02");
    expect(svg.querySelectorAll("circle")).toHaveLength(5);
    expect(svg.outerHTML).not.toMatch(/NaN|undefined/);
  });
});

describe("drawFlowComparison", () => {
  it("has a row for each initialisation", async () => {
    const rows = ["pytorch", "he", "tuned"].map((name, i) => ({ name, score: estimate(0.5 + i / 10) }));
    const { svg, table } = await drawFlowComparison(
      { title: "Scores", score: "test accuracy", rows },
      { document },
    );
    expect(table.rows.map(([name]) => name)).toEqual(["pytorch", "he", "tuned"]);
    for (const { name } of rows) expect(svg.textContent).toContain(name);
  });
});
