import { createHash } from "node:crypto";
import { readFileSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { describe, expect, it } from "vitest";
import { type Dataset, JET_CLASSES, JET_FEATURES, loadDataset } from "../../src/data/index.ts";

const path = createRequire(import.meta.url).resolve("isinglass/datasets/jets.npz");
const counts = ({ labels, classes }: Dataset): number[] => {
  const result = new Array<number>(classes ?? 0).fill(0);
  for (const label of labels ?? []) result[label] = (result[label] as number) + 1;
  return result;
};
const column = ({ inputs, labels, count }: Dataset, name: string, label: number): number[] => {
  const k = JET_FEATURES.indexOf(name);
  return Array.from({ length: count }, (_, i) => i)
    .filter((i) => labels?.[i] === label)
    .map((i) => inputs[i * JET_FEATURES.length + k] as number);
};
const median = (values: number[]): number => values.sort((a, b) => a - b)[values.length >> 1] as number;

describe("jets", () => {
  it("is the file that its README names, below 8 MB", () => {
    const digest = createHash("sha256").update(readFileSync(path)).digest("hex");
    expect(readFileSync("datasets/jets/README.md", "utf8")).toContain(digest);
    expect(statSync(path).size).toBeLessThan(8e6);
  });

  it("holds balanced classes in a fixed split", async () => {
    const { train, test } = await loadDataset("jets");
    expect([train.count, test?.count, train.shape, train.classes]).toEqual([40_000, 10_000, [16], 5]);
    expect(counts(train)).toEqual([8000, 8000, 8000, 8000, 8000]);
    expect(counts(test as Dataset)).toEqual([2000, 2000, 2000, 2000, 2000]);
    expect(train.provenance[0]).toContain("quark, gluon, W, Z, top");
    const limited = await loadDataset("jets", {
      train: 500,
      test: 100,
      classes: [0, 4],
      standardize: "pixel",
    });
    expect([limited.train.count, limited.test?.count, limited.train.classes]).toEqual([500, 100, 2]);
  });

  it("shows the masses and the colour factors of the particles", async () => {
    const { train } = await loadDataset("jets");
    const mass = (name: string) => median(column(train, "mass_mmdt", JET_CLASSES.indexOf(name)));
    // Particle Data Group: 80.4, 91.2 and 172.6 GeV; grooming and neutrinos take some of a top's
    expect(mass("W")).toBeGreaterThan(79);
    expect(mass("W")).toBeLessThan(82);
    expect(mass("Z")).toBeGreaterThan(89.5);
    expect(mass("Z")).toBeLessThan(92.5);
    expect(mass("top")).toBeGreaterThan(155);
    expect(mass("top")).toBeLessThan(178);
    // a gluon radiates more than a quark: C_A / C_F = 9/4 in the limit of high energies, less at 1 TeV
    const many = (name: string) => median(column(train, "multiplicity", JET_CLASSES.indexOf(name)));
    expect(many("gluon") / many("quark")).toBeGreaterThan(1.3);
    expect(many("gluon") / many("quark")).toBeLessThan(2.25);
  });

  it("keeps the identities between observables", async () => {
    const { train } = await loadDataset("jets", { train: 2000 });
    const row = (i: number): Record<string, number> =>
      Object.fromEntries(JET_FEATURES.map((name, k) => [name, train.inputs[i * 16 + k] as number]));
    for (let i = 0; i < train.count; i++) {
      const jet = row(i);
      expect(jet.d2_a1_b1).toBe(jet.d2_b1);
      // D2 = 3e3 / e2^3 and C2 = 3e3 / e2^2, so C2 = D2 C1; three roundings of 2^-13
      const [c2, product] = [jet.c2_b1 as number, (jet.d2_b1 as number) * (jet.c1_b1 as number)];
      expect(Math.abs(c2 - product)).toBeLessThanOrEqual(3.1 * 2 ** -13 * c2);
      // C1 at b = 0 is (1 - sum z^2) / 2
      expect(jet.c1_b0 as number).toBeLessThan(0.5);
      // multiplicity n bounds the entropy of the momentum fractions
      expect(-(jet.zlogz as number)).toBeLessThanOrEqual(Math.log(jet.multiplicity as number) * 1.001);
    }
  });

  it("reads images whose pixels are square roots of shares of momentum, centred and upright", async () => {
    const { train } = await loadDataset("jets-images", { train: 300, test: 0 });
    expect(train.shape).toEqual([1, 32, 32]);
    const total = { xx: 0, yy: 0, slant: 0 };
    for (let i = 0; i < train.count; i++) {
      let [sum, up, x, y, xx, yy, xy] = [0, 0, 0, 0, 0, 0, 0];
      for (let p = 0; p < 1024; p++) {
        const share = (train.inputs[i * 1024 + p] as number) ** 2;
        const [column, line] = [(p % 32) - 15.5, 15.5 - Math.floor(p / 32)];
        sum += share;
        up += line > 0 ? share : 0;
        x += share * column;
        y += share * line;
        xx += share * column * column;
        yy += share * line * line;
        xy += share * column * line;
      }
      // what lies outside the picture and rounding: at most some percent
      expect(sum).toBeGreaterThan(0.7);
      expect(sum).toBeLessThan(1.05);
      expect(up / sum).toBeGreaterThan(0.42);
      expect(Math.hypot(x, y) / sum).toBeLessThan(1.5);
      total.xx += xx;
      total.yy += yy;
      total.slant += xy / Math.sqrt(xx * yy);
    }
    // pixels blur the axis of single narrow jets, not that of the mean
    expect(total.yy).toBeGreaterThan(2 * total.xx);
    expect(Math.abs(total.slant / train.count)).toBeLessThan(0.03);
  });
});
