/** The example programs run as they stand against the built package, and are short. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { buildProgram } from "./program.ts";

const folder = mkdtempSync(join(tmpdir(), "isinglass-examples-"));
beforeAll(buildProgram, 120_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const run = (name: string, ...words: string[]): string =>
  execFileSync(process.execPath, [`examples/${name}.mjs`, ...words], { encoding: "utf8" });

describe("examples", () => {
  it("are complete programs under 40 lines", () => {
    const files = readdirSync("examples").filter((name) => name.endsWith(".mjs"));
    expect(files.length).toBeGreaterThanOrEqual(4);
    for (const file of files)
      expect(readFileSync(`examples/${file}`, "utf8").split("\n").length).toBeLessThan(40);
  });
  it("critical-initialisations prints published values", () => {
    const lines = run("critical-initialisations").split("\n");
    expect(lines[0]).toContain("tanh: weight variance 1.7610 / fan-in");
    expect(lines[2]).toContain("relu: weight variance 2.0000");
  });
  it("diagnose-specification tells the three phases apart", () => {
    const lines = run("diagnose-specification")
      .split("\n")
      .filter((line) => line.startsWith("sw2"));
    expect(lines[0]).toContain("survive about 22 layers");
    expect(lines[1]).toContain("It should train");
    expect(lines[2]).toContain("54 layers");
  });
  it("diagnose-onnx writes a critical model", () => {
    const output = join(folder, "critical.onnx");
    expect(run("diagnose-onnx", "test/fixtures/models/mlp.onnx", output)).toContain("It should train");
    expect(statSync(output).size).toBeGreaterThan(100_000);
  });
  it("phase-diagram writes a picture", () => {
    const output = join(folder, "phase.svg");
    expect(run("phase-diagram", output, "erf")).toContain("critical (χ₁ = 1)");
    expect(readFileSync(output, "utf8")).toContain("<svg");
  });
});
