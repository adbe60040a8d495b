/** `isinglass ising` end to end: numbers beside the exact ones, JSON, tables, and what is refused. */
import { mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { buildProgram, isinglass } from "./program.ts";

interface Estimate {
  readonly value: number;
  readonly stderr: number;
  readonly n: number;
  readonly method: string;
}
type Row = Record<string, Estimate> & {
  readonly exact: (Record<string, Estimate> & { method: unknown; deviations: Record<string, number> }) | null;
};

beforeAll(buildProgram, 120_000);

async function resultOf(line: string): Promise<Row & { scan?: Row[] }> {
  const { code, stdout } = await isinglass(`ising ${line} --json --quiet`.split(" "));
  expect(code).toBe(0);
  const document = JSON.parse(stdout) as { schema: string; result: Row };
  expect(document.schema).toBe("isinglass/ising/1");
  return document.result;
}

describe("ising", () => {
  it("simulates the square lattice beside Kaufman's solution", async () => {
    const result = await resultOf(
      "--lattice square:32 --temperature 2.269185 --algorithm wolff --sweeps 2000",
    );
    for (const name of ["energy", "heatCapacity", "magnetization", "susceptibility", "binder"]) {
      expect(Object.keys(result[name]!)).toEqual(["value", "stderr", "n", "method"]);
      expect(result[name]!.stderr).toBeGreaterThan(0);
    }
    expect(result.exact!.energy!.value).toBeCloseTo(-1.433659, 6);
    const { value, stderr } = result.energy!;
    expect(Math.abs(value + 1.433659)).toBeLessThan(4 * stderr);
    expect(result.exact!.deviations.energy).toBeCloseTo((value - result.exact!.energy!.value) / stderr, 9);
  });
  it.each([
    ["free", 2, -2.1282306, 0.43601],
    ["free", 3, -1.4963605, 0.6983],
  ])("prints the oracle of 7,3:5, %s, T = %f", async (boundary, T, u, c) => {
    const result = await resultOf(`--lattice 7,3:5 --boundary ${boundary} --temperature ${T} --exact`);
    expect(result.exact!.energy!.value).toBeCloseTo(u, 6);
    expect(result.exact!.heatCapacity!.value).toBeCloseTo(c, 5);
    expect(result.energy).toEqual(result.exact!.energy);
  });
  it("knows the wired centre", async () => {
    const result = await resultOf("--lattice 7,3:3 --boundary wired --temperature 5 --sweeps 3000");
    expect(result.exact!.centralMagnetization!.value).toBeCloseTo(0.8034824196, 9);
    const { value, stderr } = result.centralMagnetization!;
    expect(Math.abs(value - 0.8034824196)).toBeLessThan(4 * stderr);
  });
  it("scans temperatures as a table, and gives the same bytes twice", async () => {
    const words = "ising --lattice square:8 --temperatures 2:3:3 --sweeps 200 --csv --quiet".split(" ");
    const [first, second] = [await isinglass(words), await isinglass(words)];
    expect(first.stdout).toBe(second.stdout);
    const lines = first.stdout.trim().split("\n");
    expect(lines).toHaveLength(4);
    expect(lines[0]).toMatch(/^temperature,energy,energyError,.*energyExact/);
    expect(lines.slice(1).map((line) => Number(line.split(",")[0]))).toEqual([2, 2.5, 3]);
  });
  it("exchanges replicas, with profiles in a field", async () => {
    const line =
      "--lattice square:4:open --field 0.1 --temperatures 2,2.5 --algorithm replica-exchange --sweeps 500";
    const { scan } = await resultOf(`${line} --profiles`);
    expect(scan).toHaveLength(2);
    for (const row of scan!) {
      expect(Math.abs(row.exact!.deviations.energy!)).toBeLessThan(4);
      expect((row.profiles as unknown as { layerMagnetization: unknown[] }).layerMagnetization).toHaveLength(
        5,
      );
    }
  });
  it("draws a scan with exact curves, and the spins with geodesic arcs", async () => {
    const folder = mkdtempSync(join(tmpdir(), "ising-"));
    const [scan, spins, page] = ["scan.svg", "spins.svg", "page.html"].map((name) => join(folder, name));
    const line = `--lattice 7,3:4 --boundary wired --scan --sweeps 100 --output ${scan} --svg ${spins} --report ${page}`;
    const { code, stdout, stderr } = await isinglass(`ising ${line}`.split(" "));
    expect([code, stderr.match(/wrote/g)]).toEqual([0, ["wrote", "wrote", "wrote"]]);
    // 21 temperatures and the header line, after the title
    expect(stdout.split("\n").filter((text) => /sigma|largest deviation/.test(text))).toHaveLength(22);
    const picture = readFileSync(scan!, "utf8");
    expect(picture).toMatch(/upper \(bulk\) transition/);
    expect(picture.match(/<circle/g)).toHaveLength(3 * 21);
    const cells = readFileSync(spins!, "utf8");
    expect(cells.match(/<path/g)!.length).toBe(85);
    expect(cells).toMatch(/<path d="M[^"]*A/);
    const html = readFileSync(page!, "utf8");
    expect(html).toContain("wired boundary");
    expect(html).not.toMatch(/https?:\/\/(?!www\.w3\.org)[^"]*\.(js|css)/);
    // nothing is overwritten unless asked
    const again = await isinglass(`ising ${line}`.split(" "));
    expect([again.code, again.stdout]).toEqual([4, ""]);
  });
  it("tells both transitions of a tiling, exactly", async () => {
    const { code, stdout } = await isinglass("ising --transitions 5,4 --exact --json --quiet".split(" "));
    expect(code).toBe(0);
    const [row] = (JSON.parse(stdout) as { result: { transitions: Record<string, Estimate>[] } }).result
      .transitions;
    expect(Math.abs(row!.upper!.value - 3.751)).toBeLessThan(0.006);
    // the dual of the upper transition of {4,5}, 2.798
    expect(Math.abs(row!.lower!.value - 1.868)).toBeLessThan(0.006);
    expect(row!.monteCarlo).toBeNull();
  });
  it("leads with the lattice for people", async () => {
    const { stdout } = await isinglass(
      "ising --lattice square:4 --temperature 2 --sweeps 500 --quiet".split(" "),
    );
    expect(stdout).toMatch(/^Ising on square:4: 16 sites, periodic\n/);
    expect(stdout).toMatch(/energy +-1\.\d+\(\d+\) +exact -1\.755380\d* \([+-]\d\.\d sigma\)/);
  });
  it.each([
    ["--lattice square:8", "--temperature is missing"],
    ["--temperature 2", "--lattice is missing"],
    ["--lattice square:8 --temperature 0", "a number above 0"],
    ["--lattice square:8 --temperature -1", "a number above 0"],
    ["--lattice square:8 --temperature 2 --algorithm wolf", "did you mean wolff?"],
    ["--lattice square:8 --temperature 2 --boundary wired", "is a torus and has no boundary"],
    ["--lattice 7,3:1 --temperature 2 --boundary wired", "has no boundary"],
    ["--lattice 7,3:3 --temperature 2 --boundary wird", "did you mean wired?"],
    ["--lattice 4,4:3 --temperature 2", "euclidean"],
    ["--lattice 5,3:3 --temperature 2", "spherical"],
    ["--lattice sqare:8 --temperature 2", 'received "sqare:8"'],
    ["--lattice square:8 --temperature 2 --sweeps 3", "at least 16"],
    ["--lattice square:8 --temperature 2 --field 1 --exact", "no exact solution"],
    ["--lattice square:8 --temperature 2 --temperatures 1:2", "expected one of them"],
    ["--lattice square:8 --temperature 2 --algorithm replica-exchange", "expected at least 2"],
    ["--lattice square:8 --temperature 2 --scan", "--temperature and --scan"],
    ["--lattice square:8 --temperature 2 --output a.pdf", "ends in none of .svg"],
    ["--lattice cayley:3:4 --temperature 2 --svg spins.svg", "picture of cayley:3:4"],
    ["--lattice square:8 --temperature 2 --exact --svg spins.svg", "no configuration to draw"],
    ["--transitions 4,4", "euclidean"],
    ["--transitions 7", "expected P,Q"],
  ])("refuses `%s` with code 2", async (line, message) => {
    const { code, stdout, stderr } = await isinglass(`ising ${line}`.split(" "));
    expect(stderr).toContain(message);
    expect(stderr).toMatch(/^error: .*\nhint: .+\n$/m);
    expect([code, stdout]).toEqual([2, ""]);
  });
  it("refuses what does not fit into memory with code 6 and the number", async () => {
    const { code, stderr } = await isinglass("ising --lattice square:100000 --temperature 2".split(" "));
    expect(stderr).toMatch(/1\.000e\+10 sites/);
    expect(code).toBe(6);
  });
});
