/** The commands gram and decimation end to end: documented JSON, reference values, bad input. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { writeNpy, writeNpz } from "../../src/data/index.ts";
import decimations from "../fixtures/flow-decimation.json" with { type: "json" };
import references from "../fixtures/flow-gram.json" with { type: "json" };
import { buildProgram, isinglass } from "./program.ts";

let folder = "";
const at = (name: string) => join(folder, name);
const [batch] = references.batches;
if (batch === undefined) throw new Error("the fixture is empty");
const { samples, features } = batch;
const data = Float64Array.from(batch.data);

beforeAll(async () => {
  await buildProgram();
  folder = mkdtempSync(join(tmpdir(), "isinglass-gram-"));
  const write = (name: string, content: string | Uint8Array) => writeFileSync(at(name), content);
  write("batch.npy", writeNpy({ shape: [samples, features], data }));
  write("images.npy", writeNpy({ shape: [samples, 3, 3], data: Float32Array.from(data) }));
  write(
    "several.npz",
    writeNpz({
      layer1: { shape: [samples, features], data },
      layer2: { shape: [samples, features], data: Float64Array.from(batch.layer) },
      labels: { shape: [samples], data: new Int32Array(samples) },
    }),
  );
  const rows = Array.from({ length: samples }, (_, i) =>
    data.subarray(i * features, (i + 1) * features).join(","),
  );
  write("batch.csv", `${rows.join("\n")}\n`);
  write("one.npy", writeNpy({ shape: [1, 4], data: Float64Array.of(1, 2, 3, 4) }));
  write("flat.npy", writeNpy({ shape: [4], data: Float64Array.of(1, 2, 3, 4) }));
  write("nan.npy", writeNpy({ shape: [2, 2], data: Float64Array.of(1, 2, Number.NaN, 4) }));
  write("constant.npy", writeNpy({ shape: [3, 4], data: new Float64Array(12).fill(7) }));
  write("wide.npy", writeNpy({ shape: [6100, 6100], data: new Uint8Array(6100 * 6100) }));
  write("words.csv", "a,b\nc,d\n");
  write("truncated.npy", writeNpy({ shape: [4], data: Float64Array.of(1, 2, 3, 4) }).subarray(0, 140));
  write("binary.bin", Uint8Array.of(0, 1, 2, 0, 3));
}, 120_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const run = (...words: string[]) => isinglass(words, { cwd: folder });
const result = async (...words: string[]) => {
  const { code, stdout, stderr } = await run(...words, "--json");
  expect([code, stderr]).toEqual([0, ""]);
  return JSON.parse(stdout).result;
};

describe("gram", () => {
  it("writes a page without requests, once", async () => {
    const { code, stderr } = await run("gram", "batch.npy", "--report", "gram.html");
    expect([code, stderr]).toEqual([0, expect.stringContaining("wrote gram.html")]);
    const html = readFileSync(at("gram.html"), "utf8");
    expect(html).toContain("default-src 'none'");
    expect(html).not.toMatch(/(src|href)="https?:/);
    expect(html).toContain(`${samples} samples span`);
    expect(html).toContain('id="figure-gram-spectrum"');
    const again = await run("gram", "batch.npy", "--report", "gram.html");
    expect([again.code, again.stderr]).toEqual([4, expect.stringContaining("already exists")]);
  });

  it("prints the documented JSON with NumPy's values, from npy, CSV and npz", async () => {
    for (const words of [["batch.npy"], ["batch.csv"], ["several.npz", "--array", "layer1"]]) {
      const found = await result("gram", ...words);
      expect(found.entropy.value).toBeCloseTo(batch.default.entropy, 12);
      expect(found.effectiveRank.value).toBeCloseTo(batch.default.effectiveRank, 11);
      expect(found.renyi2.value).toBeCloseTo(batch.default.renyi2, 12);
      expect(found.entropy.stderr).toBeCloseTo(batch.vonNeumannError / Math.log(samples), 11);
      expect(found).toMatchObject({
        samples,
        features,
        zeroRows: 0,
        centring: "sample",
        shape: [samples, features],
      });
      expect(found.eigenvalues).toHaveLength(Math.min(samples, features));
    }
    expect((await result("gram", "batch.npy", "--centring", "none")).entropy.value).toBeCloseTo(
      batch.uncentred.entropy,
      12,
    );
    expect((await result("gram", "batch.npy", "--scaling", "trace")).entropy.value).toBeCloseTo(
      batch.trace.entropy,
      12,
    );
    expect((await result("gram", "batch.npy", "--samples", "3")).samples).toBe(3);
  });

  it("flattens further axes and says so", async () => {
    const { code, stdout, stderr } = await run("gram", "images.npy");
    expect(code).toBe(0);
    expect(stderr).toBe(`images.npy: shape [${samples},3,3] flattened to ${samples} samples of 9 features\n`);
    expect(stdout.split("\n")[0]).toMatch(
      /^images.npy: 6 samples span .* equal directions, entropy 0\.\d+\(\d+\)$/,
    );
  });

  it("prints eigenvalues as a table, draws them, and checks expectations", async () => {
    const { stdout } = await run("gram", "batch.npy", "--csv");
    const [header, first] = stdout.trim().split("\n");
    expect(header).toBe("index,eigenvalue");
    expect(Number(first?.split(",")[1])).toBeCloseTo(batch.default.eigenvalues[0] as number, 13);
    expect((await run("gram", "batch.npy", "--output", "spectrum.svg")).stderr).toContain(
      "wrote spectrum.svg",
    );
    expect(readFileSync(at("spectrum.svg"), "utf8")).toContain("<svg");
    expect((await run("gram", "batch.npy", "--expect", "entropy > 0.99")).code).toBe(1);
    rmSync(at("spectrum.svg"));
  });

  const refused: readonly (readonly [string, number, readonly string[], RegExp])[] = [
    ["a missing file", 4, ["missing.npy"], /no such file/],
    ["one sample", 2, ["one.npy"], /one.npy: received 1 sample, expected at least 2/],
    ["a list of numbers", 4, ["flat.npy"], /shape \[4\], expected samples as rows/],
    ["NaN", 4, ["nan.npy"], /value NaN in sample 1, feature 0/],
    ["a constant batch", 4, ["constant.npy"], /all 3 samples are constant/],
    ["words", 4, ["words.csv"], /not a finite number/],
    ["a truncated file", 4, ["truncated.npy"], /bytes/],
    ["another format", 4, ["binary.bin"], /neither npy, npz nor CSV/],
    ["an npz of several batches", 4, ["several.npz"], /2 arrays that could be the batch.*--array/s],
    ["an array that is not there", 4, ["several.npz", "--array", "layer9"], /no array named layer9.*layer1/s],
    ["too many samples asked for", 2, ["batch.npy", "--samples", "900"], /holds 6 samples/],
    ["an unknown centring", 2, ["batch.npy", "--centring", "batch"], /expected sample or none/],
    ["a matrix too large to solve", 6, ["wide.npy"], /6100 x 6100.*--samples/s],
    ["an unknown figure format", 2, ["batch.npy", "--output", "spectrum.pdf"], /\.svg/],
  ];
  it.each(refused)("refuses %s with code %d", async (_, code, words, message) => {
    const before = readdirSync(folder);
    const finished = await run("gram", ...words);
    expect(finished.stderr).toMatch(message);
    expect(finished.stderr).not.toContain("internal");
    expect(finished.stdout).toBe("");
    expect(finished.code).toBe(code);
    expect(readdirSync(folder)).toEqual(before);
  });
});

describe("decimation", () => {
  it("prints the tabulated relative entropies of the chain", async () => {
    const found = await result("decimation", "--coupling", "0.5,1,2", "--steps", "6");
    decimations.chain.forEach(({ coupling, forward, limit }, k) => {
      expect(found.flows[k].coupling).toBe(coupling);
      forward.forEach((value, n) => {
        expect(Math.abs(found.flows[k].forward[n] - value)).toBeLessThan(6e-9);
      });
      expect(Math.abs(found.flows[k].limits.forward - limit)).toBeLessThan(6e-9);
    });
  });
  it("prints fixed points, tables and pictures of the square lattice", async () => {
    const found = await result("decimation", "--model", "maris-kadanoff", "--coupling", "0.6");
    expect(found.fixedPoint).toBeCloseTo(decimations.fixedPoints["maris-kadanoff"], 9);
    expect(found.flows[0].limits.forward).toBe("Infinity");
    const { stdout } = await run("decimation", "--model", "migdal-kadanoff", "--coupling", "0.2");
    expect(stdout).toContain("fixed point K* = 0.3046889317");
    expect(stdout).toContain("flowing to disorder");
    expect((await run("decimation", "--csv")).stdout.split("\n")[0]).toBe("K_0,step,K,D(K_0||K),D(K||K_0)");
    expect((await run("decimation", "--output", "flow.png")).code).toBe(0);
    expect(readFileSync(at("flow.png")).subarray(1, 4).toString()).toBe("PNG");
  });
  it("refuses what is no coupling or model", async () => {
    expect(await run("decimation", "--coupling", "0")).toMatchObject({ code: 2, stdout: "" });
    const { code, stderr } = await run("decimation", "--model", "migdal");
    expect(code).toBe(2);
    expect(stderr).toContain("--model migdal-kadanoff");
    expect((await run("decimation", "--steps", "0")).code).toBe(2);
  });
});
