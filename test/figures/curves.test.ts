import { describe, expect, it } from "vitest";
import {
  drawCollapse,
  drawCurves,
  drawGapLaw,
  drawOrderParameters,
  drawPosterior,
  drawPosteriorResiduals,
  drawTrajectory,
} from "../../src/figures/index.ts";
import { createDocument } from "../../src/report/index.ts";

const document = await createDocument();
const textsOf = (svg: SVGSVGElement): (string | null)[] =>
  [...svg.querySelectorAll("text")].map((t) => t.textContent);

describe("curves", () => {
  it("label every tick of logarithmic axes, and leave out what has no logarithm", async () => {
    const { svg, table } = await drawCurves(
      {
        name: "test",
        title: "t",
        caption: "c",
        xLabel: "P",
        yLabel: "error",
        xScale: "log",
        yScale: "log",
        xTicks: [90, 500],
        curves: [
          {
            name: "a",
            color: "theory",
            line: [
              { x: 90, y: 0.6 },
              { x: 500, y: 0.04 },
            ],
            points: [
              { x: 90, y: 0.5, stderr: 0.1 },
              { x: 500, y: -1, stderr: null },
            ],
          },
        ],
      },
      { document },
    );
    const texts = textsOf(svg);
    for (const label of ["90", "500", "0.5", "0.05", "a"]) expect(texts).toContain(label);
    expect(svg.querySelectorAll("circle")).toHaveLength(1);
    expect(table.rows).toHaveLength(4);
  });

  it("show a transition with error bars that do not vanish at 0 and 1", async () => {
    const points = [
      { examples: 10, runs: 8, collapsed: 0, interpolating: 1 },
      { examples: 30, runs: 8, collapsed: 1, interpolating: 1 },
    ];
    const { table } = await drawCollapse(
      { caption: "c", series: [{ name: "2 units", points }] },
      { document },
    );
    const errors = table.rows.filter(([, kind]) => kind === "points").map((row) => row[4] as number);
    expect(errors).toHaveLength(2);
    for (const error of errors) expect(error).toBeGreaterThan(0.05);
  });

  it("number every decade of errors that fall over many, and name theory and simulation where there are both", async () => {
    const points = [0, 1, 2].map((time) => ({
      time,
      error: 10 ** (-3 * time),
      simulated: 0.5,
      stderr: null,
    }));
    const both = await drawTrajectory({ points, caption: "c", plateau: null }, { document });
    const decades = ["1", "0.1", "0.01", "0.001", "0.0001", "1e-5", "1e-6"];
    expect(textsOf(both.svg)).toEqual(expect.arrayContaining([...decades, "theory", "simulated"]));
    const alone = points.map((point) => ({ ...point, simulated: null }));
    const line = await drawTrajectory({ points: alone, caption: "c", plateau: null }, { document });
    expect(textsOf(line.svg)).not.toContain("simulated");
  });

  it("keep bars of shares inside of [0, 1]", async () => {
    const points = [{ examples: 20, runs: 4, collapsed: 1, interpolating: 1 }];
    const { svg } = await drawCollapse({ caption: "c", series: [{ name: "2 units", points }] }, { document });
    const [bar] = svg.querySelectorAll('[data-label="rule"] line');
    const dot = svg.querySelector('[data-label="dot"] circle');
    expect(Number(bar?.getAttribute("y2"))).toBeCloseTo(Number(dot?.getAttribute("cy")), 6);
  });

  it("name order parameters, theory as lines and simulation as points", async () => {
    const point = (time: number) => ({
      time,
      students: [
        [0.2, 0.1],
        [0.1, 0.3],
      ],
      cross: [[0.4], [0.5]],
    });
    const input = { caption: "c", theory: [point(0), point(1)], simulated: [point(1)] };
    const { svg, table } = await drawOrderParameters(input, { document });
    expect(textsOf(svg)).toEqual(
      expect.arrayContaining(["R11", "R21", "Q11 (dashed)", "Q12 (dashed)", "Q22"]),
    );
    expect(table.rows.find(([name, kind]) => name === "Q12" && kind === "points")?.[3]).toBe(0.1);
  });

  it("draw the gap and posteriors beside theory", async () => {
    const gap = await drawGapLaw(
      { title: "t", caption: "c", points: [{ examples: 90, gap: 0.5, stderr: 0.1, law: 0.4, bound: 1 }] },
      { document },
    );
    expect(textsOf(gap.svg)).toContain("bound (no guarantee)");
    const input = {
      title: "t",
      caption: "c",
      infiniteWidth: [{ examples: 50, error: 0.5 }],
      series: [
        {
          width: 20,
          theory: [{ examples: 50, error: 0.4 }],
          points: [{ examples: 50, theory: 0.4, sampled: 0.3, stderr: 0.02 }],
        },
      ],
    };
    expect((await drawPosterior(input, { document })).table.rows).toHaveLength(3);
    const [row] = (await drawPosteriorResiduals(input, { document })).table.rows;
    expect(row?.[3]).toBeCloseTo(-0.25, 12);
    expect(row?.[4]).toBeCloseTo(0.05, 12);
  });
});
