/** Everything that can be wrong with what a user hands over: one clear error, a next step, the right exit code, nothing half-written. */
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { writeNpy, writeNpz } from "../../src/data/index.ts";
import { buildProgram, isinglass } from "./program.ts";

const model = resolve("test/fixtures/models/mlp.onnx");
let folder = "";
const at = (name: string) => join(folder, name);
const write = (name: string, content: string | Uint8Array) => {
  writeFileSync(at(name), content);
  return name;
};

beforeAll(async () => {
  await buildProgram();
  folder = mkdtempSync(join(tmpdir(), "isinglass-cli-"));
  const bytes = readFileSync(model);
  write("truncated.onnx", bytes.subarray(0, 20_000));
  write(
    "corrupt.onnx",
    Uint8Array.from({ length: 4000 }, (_, i) => (i * 7919) % 251),
  );
  write("text.onnx", "not a model\n");
  write("empty.onnx", "");
  const branch = readFileSync("test/fixtures/models/branch.onnx");
  const unknown = Buffer.from(branch.toString("latin1").replaceAll("Tanh", "Thnk"), "latin1");
  write("unknown-operator.onnx", unknown);
  write("short-images-idx3-ubyte", Uint8Array.of(0, 0, 8, 3, 0, 0, 0, 9, 0, 0, 0, 4, 0, 0, 0, 4, 1, 2, 3));
  const archive = writeNpz({ x: { shape: [4, 8], data: Float64Array.from({ length: 32 }, (_, i) => i) } });
  write("good.npz", archive);
  write("truncated.npz", archive.subarray(0, archive.length - 40));
  write("nan.csv", `${["1,2,3,4,5,6,7,8", "1,2,NaN,4,5,6,7,8", "8,7,6,5,4,3,2,1"].join("\n")}\n`);
  write("constant.npy", writeNpy({ shape: [4, 8], data: new Float64Array(32).fill(3) }));
  write("existing.html", "precious");
  write("existing.svg", "precious");
  mkdirSync(at("locked"));
  chmodSync(at("locked"), 0o555);
}, 120_000);
afterAll(() => {
  chmodSync(at("locked"), 0o755);
  rmSync(folder, { recursive: true, force: true });
});

const network = "8-16x2-4 tanh";
const cases: readonly (readonly [string, number, readonly string[], RegExp])[] = [
  ["a missing model", 4, ["diagnose", "missing.onnx"], /no such file/],
  ["a truncated model", 4, ["check", "truncated.onnx"], /left|truncated/],
  ["a corrupt model", 4, ["check", "corrupt.onnx"], /not an ONNX file/],
  ["a text as a model", 4, ["diagnose", "text.onnx"], /not an ONNX file/],
  ["an empty model", 4, ["check", "empty.onnx"], /empty|not an ONNX file/],
  ["an unknown operator", 3, ["diagnose", "unknown-operator.onnx"], /Thnk/],
  ["missing data", 4, ["diagnose", network, "--data", "missing.npz"], /no such file/],
  ["truncated IDX", 4, ["diagnose", network, "--data", "short-images-idx3-ubyte"], /bytes/],
  ["truncated npz", 4, ["diagnose", network, "--data", "truncated.npz"], /damaged|archive/],
  ["NaN in data", 4, ["diagnose", network, "--data", "nan.csv"], /NaN/],
  [
    "data without variance",
    4,
    ["diagnose", network, "--data", "constant.npy"],
    /variance|constant|all values/,
  ],
  ["data of another size", 2, ["diagnose", "9-16-4 tanh", "--data", "good.npz"], /\[8\].*9|9.*\[8\]/],
  ["an unknown activation", 2, ["diagnose", "8-16-4 tahn"], /tanh/],
  ["an unreadable specification", 2, ["diagnose", "8-x-4"], /column/],
  ["a negative variance", 2, ["diagnose", "8-16-4 tanh sw2=-1"], /variance/],
  ["a negative number of seeds", 2, ["diagnose", network, "--seeds", "-1"], /between 1 and 1000/],
  [
    "an unknown way to standardise",
    2,
    ["diagnose", network, "--data", "good.npz", "--standardize", "glboal"],
    /global/,
  ],
  ["an existing report", 4, ["diagnose", network, "--report", "existing.html"], /already exists.*--force/s],
  ["an existing figure", 4, ["phase", "--activation", "tanh", "--output", "existing.svg"], /already exists/],
  ["a read-only folder", 4, ["phase", "--activation", "tanh", "--output", "locked/new.svg"], /read-only/],
  ["a missing folder", 4, ["diagnose", network, "--report", "no/such/report.html"], /mkdir -p/],
  ["an unknown figure format", 2, ["phase", "--activation", "tanh", "--output", "phase.pdf"], /\.svg/],
  ["a range the wrong way round", 2, ["phase", "--activation", "tanh", "--weight", "4:1"], /FROM:TO/],
  ["labels that are missing", 2, ["train", network, "--data", "good.npz"], /label/],
  ["a folder as a network", 4, ["diagnose", "."], /is a folder/],
  ["two output formats", 2, ["critical", "--activation", "tanh", "--json", "--csv"], /expected one of them/],
  ["a report below a file", 4, ["diagnose", network, "--report", "existing.html/r.html"], /is a file/],
  ["an unknown optimiser", 2, ["train", network, "--optimizer", "adm"], /adam/],
  [
    "a folder that is no run",
    4,
    ["trainability", "--activation", "tanh", "--run", "locked"],
    /not a run folder/,
  ],
];

describe("the program refuses", () => {
  it.each(cases)("%s with code %d", async (_, code, words, message) => {
    const before = readdirSync(folder);
    const finished = await isinglass(words, { cwd: folder });
    const errors = finished.stderr.split("\n").filter((line) => /^(error|hint):/.test(line));
    expect(finished.stderr).toMatch(message);
    expect(errors).toHaveLength(2);
    expect(finished.stderr).not.toContain("    at ");
    expect(finished.stdout).toBe("");
    expect(finished.code).toBe(code);
    expect(readdirSync(folder)).toEqual(before);
    expect(readFileSync(at("existing.html"), "utf8")).toBe("precious");
  });
});

describe("Ctrl-C", () => {
  it("stops a diagnosis with code 130 and leaves no report", async () => {
    const words = [
      "diagnose",
      "64-200x40-4 tanh",
      "--seeds",
      "1000",
      "--report",
      "stopped.html",
      "--verbose",
    ];
    const started = isinglass(words, { cwd: folder, interruptAt: "white noise", interruptAfterMs: 1500 });
    const { code, stdout } = await started;
    expect(code).toBe(130);
    expect(stdout).toBe("");
    expect(readdirSync(folder).filter((name) => name.includes("stopped"))).toEqual([]);
  });

  it("ends with code 130 at whatever time it comes: while starting, preparing or running", async () => {
    const words = ["diagnose", "784-300x50-10 tanh", "--data", "mnist", "--seeds", "1000"];
    for (const interruptAfterMs of [0, 150, 400, 800, 1300, 2000]) {
      const { code, stderr } = await isinglass(words, {
        cwd: folder,
        interruptAt: "diagnosing",
        interruptAfterMs,
      });
      expect(stderr).toMatch(/interrupted/);
      expect(stderr).not.toMatch(/terminate called|--help/);
      expect(code).toBe(130);
    }
  }, 60_000);

  it("keeps a training's checkpoint, and the same command continues it", async () => {
    const words = ["train", "784-16x2-10 tanh", "--data", "mnist", "--examples", "500", "--batch-size", "50"];
    const stopped = await isinglass([...words, "--steps", "200000", "--checkpoint", "run.npz"], {
      cwd: folder,
      interruptAt: "checkpoint",
      interruptAfterMs: 2500,
    });
    expect(stopped.code).toBe(130);
    expect(stopped.stderr).toContain("kept in run.npz");
    const continued = await isinglass([...words, "--steps", "1", "--checkpoint", "run.npz"], { cwd: folder });
    expect(continued.stderr).toMatch(/continuing run\.npz after \d+ steps/);
  });
});
