import { beforeAll, describe, expect, it } from "vitest";
import { buildProgram, isinglass } from "./program.ts";

beforeAll(buildProgram, 120_000);

describe("kernel NETWORK", () => {
  it("takes specifications, convolutions among them", async () => {
    const dense = "kernel 4-9x3-1 --x 1,-0.5,0.25,2 --y 0.3,0.8,-1.2,0.4 --json".split(" ");
    dense[1] = "4-9x3-1 erf sw2=1 sb2=0";
    const { code, stdout } = await isinglass(dense);
    expect(code).toBe(0);
    expect(JSON.parse(stdout).result.ntk.value).toBeCloseTo(0.097319605767, 11);
    const images = [
      "kernel",
      "cnn:1x4x4-c8-gap-3 relu init=he",
      "--data",
      "noise",
      "--examples",
      "6",
      "--json",
    ];
    const pooled = await isinglass(images);
    expect(pooled.code).toBe(0);
    expect(JSON.parse(pooled.stdout).result.nngpCorrelation.value).toBeGreaterThan(0.5);
  });

  it("works out one kernel, in float32", async () => {
    const words =
      "kernel --activation relu --depth 2 --weight-variance 2 --data noise --examples 8 --only ntk --precision float32 --json";
    const { code, stdout } = await isinglass(words.split(" "));
    expect(code).toBe(0);
    expect(Object.keys(JSON.parse(stdout).result)).toEqual(["examples", "features", "depth", "ntkDiagonal"]);
  });

  it("counts gradients in the parametrisation that is named", async () => {
    const words = "--data noise --examples 3 --json --parametrization".split(" ");
    const traces: number[] = [];
    for (const channels of [8, 16, 24]) {
      const run = await isinglass([
        "kernel",
        `cnn:1x4x4-c${channels}-gap-3 relu init=he`,
        ...words,
        "standard",
      ]);
      expect(run.code).toBe(0);
      const outcome = JSON.parse(run.stdout);
      expect(outcome.assumptions[1]).toMatch(/standard parametrisation/);
      traces.push(outcome.result.ntkDiagonal.value);
    }
    // weights of the readout: one learning rate for a fan-in that grows
    const [first, second, third] = traces as [number, number, number];
    expect(second - first).toBeGreaterThan(1);
    expect(third - second).toBeCloseTo(second - first, 10);
  });

  it.each([
    [["kernel", "784-100-10 erf", "--activation", "relu"], 2, /received a network and --activation/],
    [
      "kernel --activation relu --depth 1 --weight-variance 2 --data noise --parametrization mup".split(" "),
      2,
      /--width/,
    ],
    [["kernel", "cnn:1x8x8-c4-max2-3 relu", "--data", "noise"], 3, /a maximum pool \(layer 2\)/],
    [["kernel", "resnet:1x8x8-c4-b4-gap-3 relu", "--data", "noise"], 3, /not Gaussian/],
    [
      "kernel --activation relu --depth 1 --weight-variance 2 --data noise --examples 9 --memory 1e-6".split(
        " ",
      ),
      6,
      /need .* expected at most/,
    ],
    [
      "kernel --activation relu --depth 1 --weight-variance 2 --data noise --only both".split(" "),
      2,
      /--only/,
    ],
  ])("refuses %j", async (words, exitCode, message) => {
    const { code, stderr } = await isinglass(words);
    expect(code).toBe(exitCode);
    expect(stderr).toMatch(message);
  });
});
