/** `isinglass jt` end to end: numbers beside exact ones, scans, pictures, and what is refused. */
import { mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { buildProgram, isinglass } from "./program.ts";

beforeAll(buildProgram, 120_000);

interface Estimate {
  readonly value: number;
  readonly stderr: number;
}
type Numbers = Record<"lnZ" | "energy" | "up" | "wall" | "freeEnergy", Estimate>;
interface Row extends Numbers {
  readonly beta: number;
  readonly resolventEnergy: number;
  readonly exact: (Numbers & { method: string; deviations: Record<string, number> }) | null;
}
interface Result extends Row {
  readonly triangles: number;
  readonly logCount: Estimate;
  readonly scan?: Row[];
}

async function resultOf(line: string): Promise<Result> {
  const { code, stdout, stderr } = await isinglass(`jt ${line} --json --quiet`.split(" "));
  expect([code, stderr]).toEqual([0, ""]);
  const document = JSON.parse(stdout) as { schema: string; result: Result };
  expect(document.schema).toBe("isinglass/jt/1");
  return document.result;
}

describe("jt", () => {
  it("simulates 22 triangles beside the exact solution", async () => {
    const result = await resultOf("--q 7 --layers 4 --beta 5 --energy 0 --sweeps 2000");
    expect(result.triangles).toBe(22);
    expect(Math.exp(result.logCount.value)).toBeCloseTo(35574, 6);
    expect(result.exact!.lnZ.value).toBeCloseTo(3.4259589, 8);
    expect(result.exact!.energy.value).toBeCloseTo(1.16271425, 8);
    expect(result.exact!.up.value).toBeCloseTo(9.05625137, 8);
    expect(result.exact!.wall.value).toBeCloseTo(10.28985819, 8);
    for (const name of ["lnZ", "energy", "up", "wall"] as const) {
      expect(result[name].stderr).toBeGreaterThan(0);
      expect(Math.abs(result.exact!.deviations[name]!)).toBeLessThan(4);
    }
    expect(result.freeEnergy.value).toBeCloseTo(-result.lnZ.value / 5, 12);
  });
  it("solves without simulating, to the published digits", async () => {
    const result = await resultOf("--layers 3 --beta 2 --exact");
    expect(result.lnZ).toMatchObject({ stderr: 0 });
    expect(result.lnZ.value).toBeCloseTo(3.23224178, 8);
    expect(result.up.value).toBeCloseTo(4.27671048, 8);
  });
  it("counts regions by simulation where no exact solution is at hand", async () => {
    const { exact, logCount, lnZ } = await resultOf("--q 9 --layers 8 --beta 1 --sweeps 16");
    expect(exact).toBeNull();
    expect(logCount.stderr).toBeGreaterThan(0);
    expect(lnZ.stderr).toBeGreaterThan(logCount.stderr);
  });
  it("scans E into a picture, a table and a page", async () => {
    const folder = mkdtempSync(join(tmpdir(), "jt-"));
    const [picture, region, page] = ["scan.svg", "region.svg", "page.html"].map((name) => join(folder, name));
    const result = await resultOf(
      `--layers 4 --beta 5 --energy -0.4:0.4:3 --sweeps 200 --output ${picture} --svg ${region} --report ${page}`,
    );
    expect(result.scan!.map(({ resolventEnergy }) => resolventEnergy)).toEqual([-0.4, 0, 0.4]);
    // the wall grows with E, and the free energy falls
    const walls = result.scan!.map(({ exact }) => exact!.wall.value);
    expect(walls).toEqual([...walls].sort((a, b) => a - b));
    expect(readFileSync(picture!, "utf8")).toContain("resolvent exp(−F)");
    const drawn = readFileSync(region!, "utf8");
    const [cells, wall] = drawn.split('data-part="wall"');
    expect(cells!.match(/<path/g)).toHaveLength(22);
    expect(drawn).toContain(`wall of ${wall!.match(/<path/g)!.length} edges`);
    expect(readFileSync(page!, "utf8")).toContain("Discrete JT gravity on {3,7}");
  });
  it("scans beta from 0, and gives the same bytes twice", async () => {
    const words = "jt --layers 3 --beta 0:2:3 --sweeps 100 --csv --quiet".split(" ");
    const [first, second] = [await isinglass(words), await isinglass(words)];
    expect(first.stdout).toBe(second.stdout);
    const [header, hot] = first.stdout.trim().split("\n");
    expect(header).toMatch(/^beta,E,effectiveCoupling,lnZ,/);
    const cells = hot!.split(",");
    expect(Number(cells[3])).toBeCloseTo(Math.log(143), 10);
    expect(cells.at(-1)).toBe("");
  });
  it.each([
    ["--q 6", "{3,6} is euclidean"],
    ["--q 4", "{3,4} is spherical"],
    ["--q 7.5", "a whole number"],
    ["--layers 0", '--layers: received "0"'],
    ["--beta -1", '--beta: received "-1"'],
    ["--beta warm", '--beta: received "warm"'],
    ["--beta 0:1:3 --energy 0:1:3", "a scan over one of them"],
    ["--start middle", "expected full or seed"],
    ["--exact --svg region.svg", "none to draw"],
    ["--output scan.pdf", "ends in none of .svg"],
  ])("refuses `%s` with code 2", async (line, message) => {
    const { code, stdout, stderr } = await isinglass(`jt ${line}`.split(" "));
    expect(stderr).toContain(message);
    expect(stderr).toMatch(/^error: .*\nhint: .+\n$/m);
    expect([code, stdout]).toEqual([2, ""]);
  });
  it.each([
    ["--layers 60", "use --layers 31 or fewer"],
    ["--layers 20 --exact", "use fewer layers, or simulation"],
  ])("refuses `%s` with code 6", async (line, hint) => {
    const { code, stdout, stderr } = await isinglass(`jt ${line}`.split(" "));
    expect(stderr).toContain(hint);
    expect([code, stdout]).toEqual([6, ""]);
  });
});
