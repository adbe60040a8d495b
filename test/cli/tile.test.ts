/** `isinglass tile` end to end: counts, forms, pictures, and what is refused. */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { buildProgram, isinglass } from "./program.ts";

beforeAll(buildProgram, 120_000);
const folder = mkdtempSync(join(tmpdir(), "tile-"));
afterAll(() => rmSync(folder, { recursive: true }));

const tile = (line: string) => isinglass(`tile ${line} --quiet`.split(" "));
async function resultOf(line: string): Promise<Record<string, never>> {
  const { code, stdout, stderr } = await tile(`${line} --json`);
  expect(stderr).toBe("");
  expect(code).toBe(0);
  return (JSON.parse(stdout) as { result: Record<string, never> }).result;
}

describe("tile", () => {
  it("counts a tiling, and checks it", async () => {
    const result = await resultOf("--p 7 --q 3 --layers 6 --check");
    expect(result).toMatchObject({
      cells: 617,
      bonds: 1463,
      perLayer: [1, 7, 21, 56, 147, 385],
      boundaryEdges: 1393,
      integrity: { isSound: true, violations: [] },
    });
  });

  it("stores one sector and counts the whole", async () => {
    const result = await resultOf("--p 7 --q 3 --layers 11 --sector");
    expect(result).toMatchObject({ cells: 76616, sector: { sectors: 7, stored: 10946 } });
    const whole = await resultOf("--p 7 --q 3 --layers 11");
    expect(result.bonds).toBe(whole.bonds);
  });

  it("counts dual, refined, group and surface", async () => {
    expect(await resultOf("--p 7 --q 3 --layers 3 --dual --center cell")).toMatchObject({
      dual: { p: 3, q: 7, cells: 35 },
    });
    expect(await resultOf("--p 3 --q 7 --layers 4 --refine 2")).toMatchObject({
      refined: { triangles: 352 },
    });
    const group = await resultOf("--group 7,3,2 --layers 26");
    expect(group.cells).toBe(2597);
    expect(group.perLayer).toEqual(group.growthSeries);
    expect(await resultOf("--surface klein")).toMatchObject({
      cells: 24,
      genus: 3,
      symmetry: { rotations: 168, isReflexible: true },
    });
  });

  it("draws, and does not overwrite", async () => {
    const file = join(folder, "tiling.svg");
    await resultOf(`--p 5 --q 4 --layers 4 --model band --view 7 --svg ${file}`);
    expect(readFileSync(file, "utf8")).toMatch(/^<svg .*\n<title>The tiling \{5,4\} on the band model/);
    const { code, stderr } = await tile(`--p 5 --q 4 --layers 4 --svg ${file}`);
    expect(code).toBe(4);
    expect(stderr).toMatch(/--force/);
  });

  it.each([
    ["--p 4 --q 4 --layers 3", 2, /\{4,4\} is euclidean/],
    ["--p 5 --q 3 --layers 3", 2, /\{5,3\} is spherical/],
    ["--group 5,3,2 --layers 3", 2, /\(5,3,2\) is spherical/],
    ["--p 7 --q 3 --layers 30", 6, /has 6\.69\de\+12 cells and needs about \S+ GiB, allowed are \S+ GiB/],
    ["--p 7 --q 3 --layers 15 --max-memory 10MB", 6, /needs about 0\.0\d+ GiB, allowed are 0\.00931 GiB/],
    ["--p 7 --q 3 --layers 3 --max-memory much", 2, /received "much", expected a size such as 4GB/],
    ["--p 7 --q 3 --layers 3 --refine 1", 2, /--refine is for triangles/],
    ["--p 7 --q 3 --layers 3 --group 7,3,2", 2, /--p and --group, expected one of them/],
    [
      "--p 7 --q 3 --layers 3 --model mercator --svg x.svg",
      2,
      /received "mercator", expected poincare or klein/,
    ],
    ["--p 7 --q 3 --layers 3 --view 4", 2, /--view is for pictures/],
    ["--surface torus", 2, /received "torus", expected bolza, klein/],
  ])("refuses %s", async (line, exit, message) => {
    const { code, stderr, stdout } = await tile(line);
    expect(stderr).toMatch(message);
    expect(code).toBe(exit);
    expect(stdout).toBe("");
  });
});
