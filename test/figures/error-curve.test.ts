/** Errors against training examples and against width: every point labelled, sampled ones with error bars. */
import { JSDOM } from "jsdom";
import { describe, expect, it } from "vitest";
import { drawGeneralization, drawWidthCurve } from "../../src/figures/index.ts";

const { document } = new JSDOM("").window;
const numbers = { infiniteWidth: 0.5, finiteWidth: 0.4, sampled: null, stderr: null };

describe("drawWidthCurve", () => {
  it("labels every width, and shows differences that are small beside the error", async () => {
    const points = [5, 20, 70, 900].map((width, i) => ({ ...numbers, width, finiteWidth: 0.48 + 0.005 * i }));
    const { svg, table } = await drawWidthCurve(
      { title: "Width", caption: "A curve.", points },
      { document },
    );
    for (const { width } of points) expect(svg.textContent).toContain(String(width));
    expect(svg.textContent).toContain("units of a hidden layer");
    expect(svg.textContent).not.toContain("sampled");
    expect(table.columns[0]).toBe("width");
    expect(table.rows[0]).toEqual([5, 0.5, 0.48, null, null]);
    // the axis does not start at 0 where all errors are close
    expect(svg.textContent).not.toContain("0.000");
    expect(svg.outerHTML).not.toMatch(/NaN|undefined/);
  });
});

describe("drawGeneralization", () => {
  it("labels every size, starts at 0, and draws samples with their error bars", async () => {
    const points = [15, 60].map((examples, i) => ({
      ...{ ...numbers, examples, finiteWidth: 0.4 - 0.3 * i },
      ...(i === 1 ? { sampled: 0.12, stderr: 0.01 } : {}),
    }));
    const { svg, table } = await drawGeneralization(
      { title: "Curve", caption: "A curve.", points },
      { document },
    );
    expect(svg.textContent).toContain("60");
    expect(svg.textContent).toContain("sampled");
    expect(svg.textContent).toContain("0.0");
    expect(svg.querySelectorAll("circle")).toHaveLength(1);
    expect(table.rows[1]?.slice(3)).toEqual([0.12, 0.01]);
  });
});
