import { JSDOM } from "jsdom";
import { describe, expect, it } from "vitest";
import { drawAgreement } from "../../../src/figures/diagnosis/agreement.ts";
import { drawCorrelation } from "../../../src/figures/diagnosis/correlation.ts";
import { sampleDiagnosis } from "../../report/sample.ts";

const { document } = new JSDOM("").window;
const diagnosis = sampleDiagnosis(3);
const seeds = (value: number) => ({
  value,
  stderr: Math.abs(1 - value) / 10,
  n: 5,
  method: "mean over 5 seeds",
});
const collapse = Array.from({ length: 10 }, (_, i) => ({
  layer: i + 1,
  theory: 1 - 1.5 * 0.1 ** (i + 1),
  measured: seeds(1 - 1.6 * 0.1 ** (i + 1)),
}));

describe("correlation that goes to one", () => {
  it("is drawn as 1 - c down to the rounding of 32-bit numbers", async () => {
    const figure = await drawCorrelation(collapse, diagnosis, { document });
    expect(figure.table.columns).toContain("1 - c measured");
    expect(figure.svg.querySelectorAll("[data-label='dot'] circle")).toHaveLength(6);
    expect(figure.caption).toContain("4 measured layers are left out");
    expect(figure.table.rows[1]).toEqual([
      2,
      expect.closeTo(0.015),
      expect.closeTo(0.016),
      expect.closeTo(0.0016),
    ]);
  });

  it("is drawn as c while inputs differ", async () => {
    const layers = [{ layer: 1, theory: 0.2, measured: seeds(0.21) }];
    const figure = await drawCorrelation(layers, diagnosis, { document });
    expect(figure.table.columns).toContain("correlation measured");
  });

  it("leaves no rounding noise among the residuals and says what to expect of five seeds", async () => {
    const figure = await drawAgreement([{ name: "c", layers: collapse }], { document });
    expect(figure?.table.rows).toHaveLength(6);
    expect(figure?.caption).toContain("Left out: 4 of 10 points");
    // shares of Student's t with 4 degrees of freedom: 0.6261 and 0.8839
    expect(figure?.caption).toContain("63 % lie within one error and 88 % within two");
  });

  it("says that errors over inputs do not hold the scatter of draws", async () => {
    const measured = { value: 0.5, stderr: 0.1, n: 256, method: "mean over 256 inputs" };
    const figure = await drawAgreement([{ name: "q", layers: [{ layer: 1, theory: 0.4, measured }] }], {
      document,
    });
    expect(figure?.caption).toContain("over 256 inputs of this one network");
  });
});
