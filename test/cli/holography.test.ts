/** `isinglass holography` end to end: each topic as JSON, table, picture and page, and what is refused. */
import { mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { buildProgram, isinglass } from "./program.ts";

beforeAll(buildProgram, 120_000);

interface Estimate {
  readonly value: number;
  readonly stderr: number | null;
}

async function resultOf<T>(line: string): Promise<T> {
  const { code, stdout, stderr } = await isinglass(`holography ${line} --json --quiet`.split(" "));
  expect([code, stderr]).toEqual([0, ""]);
  const document = JSON.parse(stdout) as { schema: string; result: T };
  expect(document.schema).toBe("isinglass/holography/1");
  return document.result;
}

describe("holography", () => {
  it("threshold: published eigenvalues and the limit", async () => {
    const { rows, limit } = await resultOf<{
      rows: { layers: number; lambdaMax: number; threshold: number }[];
      limit: Estimate;
    }>("threshold --p 7 --q 3 --layers 7");
    expect(rows.at(-1)!.lambdaMax).toBeCloseTo(6.20740732, 8);
    expect(rows.at(-1)!.threshold).toBeCloseTo(-0.458449, 6);
    expect(Math.abs(limit.value + 0.286)).toBeLessThan(3 * limit.stderr!);
  });
  it("correlator: dimension 1 without mass, and the same bytes twice", async () => {
    const words =
      "holography correlator --layers 6 --mass-squared 0,1 --weight second-order --csv --quiet".split(" ");
    const [first, second] = [await isinglass(words), await isinglass(words)];
    expect(first.stdout).toBe(second.stdout);
    const [header, massless] = first.stdout.trim().split("\n");
    expect(header).toBe("weight,massSquared,boundary,boundaryError,bulk,bulkError,continuum");
    expect(Number(massless!.split(",")[2])).toBeCloseTo(1, 2);
  });
  it("reconstruction: a picture and a page", async () => {
    const folder = mkdtempSync(join(tmpdir(), "holography-"));
    const [picture, page] = [join(folder, "wedge.svg"), join(folder, "wedge.html")];
    const line = `reconstruction --layers 4 --arc 120 --output ${picture} --report ${page}`;
    const result = await resultOf<{ inside: number; outside: number; exactResidual: number }>(line);
    expect(result.inside).toBeLessThan(0.5 * result.outside);
    expect(result.exactResidual).toBeLessThan(1e-12);
    // cells, the geodesic twice, the arc
    expect(readFileSync(picture, "utf8").match(/<path/g)).toHaveLength(85 + 3);
    expect(readFileSync(page, "utf8")).toContain("knows its wedge");
  });
  it("chain: aperiodic and random", async () => {
    const aperiodic = await resultOf<{ centralCharge: Estimate; rule: { a: string }; uniform: unknown[] }>(
      "chain --sites 128 --couplings 0.5:1",
    );
    expect(aperiodic.rule.a).toBe("abaab");
    expect(aperiodic.centralCharge.value).toBeGreaterThan(0.6);
    const random = await resultOf<{ centralCharge: Estimate; closed: boolean }>(
      "chain --disorder 1 --sites 64 --samples 4",
    );
    expect(random.closed).toBe(true);
    expect(random.centralCharge.stderr).toBeGreaterThan(0);
  });
  it.each([
    ["", "TOPIC is missing"],
    ["chaim", "did you mean chain?"],
    ["threshold --p 4 --q 4", "euclidean"],
    ["threshold --p 3 --q 5", "spherical"],
    ["threshold --layers 3", "at least 4"],
    ["threshold --weight heavy", '--weight: received "heavy"'],
    ["correlator --layers 3", "received 3 layers"],
    ["reconstruction --arc 400", "between 0 and 360"],
    ["reconstruction --layers 3 --data-layers 3", "received 3 layers of data"],
    ["chain --p 3 --q 7", "p = 3"],
    ["chain --couplings 0.1", "expected J_a:J_b"],
    ["chain --sites 33", "expected an even number"],
    ["threshold --output threshold.pdf", "ends in none of .svg"],
  ])("refuses `%s` with code 2", async (line, message) => {
    const { code, stdout, stderr } = await isinglass(`holography ${line}`.trim().split(" "));
    expect(stderr).toContain(message);
    expect(stderr).toMatch(/^error: .*\nhint: .+\n$/m);
    expect([code, stdout]).toEqual([2, ""]);
  });
  it("refuses too many cells with code 6 and their number", async () => {
    const { code, stderr } = await isinglass("holography correlator --layers 16".split(" "));
    expect(stderr).toMatch(/16 layers of \{7,3\} have 9\.\d+e\+6 cells, at most 200000/);
    expect(code).toBe(6);
  });
  it("says with code 5 that a mass is below the threshold", async () => {
    const { code, stderr } = await isinglass(
      "holography correlator --layers 6 --mass-squared -1 --weight second-order".split(" "),
    );
    expect(stderr).toContain("below the instability threshold");
    expect(code).toBe(5);
  });
});
