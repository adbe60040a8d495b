/** The model that `diagnose --fix` writes, checked by programs we did not write: onnx, ONNX Runtime and PyTorch, where present. */
import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { buildProgram, isinglass } from "./program.ts";

const candidates = [process.env.ISINGLASS_PYTHON, resolve(".peers/venv/bin/python"), "python3"];
const python = candidates.find((path) => path !== undefined && hasPackages(path));
if (python === undefined)
  console.warn("no Python with numpy, onnx and onnxruntime: set ISINGLASS_PYTHON to run these tests");

function hasPackages(path: string): boolean {
  if (path.includes("/") && !existsSync(path)) return false;
  try {
    execFileSync(path, ["-c", "import numpy, onnx, onnxruntime"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

const SCRIPT = `
import json, sys
import numpy, onnx, onnxruntime
model = onnx.load(sys.argv[1])
onnx.checker.check_model(model, full_check=True)
session = onnxruntime.InferenceSession(sys.argv[1])
feed = session.get_inputs()[0]
shape = [5 if not isinstance(size, int) else size for size in feed.shape]
x = numpy.random.default_rng(0).standard_normal(shape).astype(numpy.float32)
y = session.run(None, {feed.name: x})[0]
weights = [onnx.numpy_helper.to_array(t) for t in model.graph.initializer]
dense = [w for w in weights if w.ndim == 2]
inner = dense[1] if len(dense) > 1 else None
def in_torch():
    try:
        import torch
    except ImportError:
        return None
    named = {t.name: torch.from_numpy(onnx.numpy_helper.to_array(t).copy()) for t in model.graph.initializer}
    layers = [name[: -len(".weight")] for name in named if name.endswith(".weight")]
    h = torch.from_numpy(x).reshape(shape[0], -1)
    for i, layer in enumerate(layers):
        h = torch.nn.functional.linear(h, named[layer + ".weight"], named[layer + ".bias"])
        h = torch.tanh(h) if i + 1 < len(layers) else h
    return float((h - torch.from_numpy(y)).abs().max())
difference = in_torch() if sys.argv[2] == "torch" else None
print(json.dumps({"difference": difference,"batch": feed.shape[0], "output": list(y.shape), "finite": bool(numpy.isfinite(y).all()),
                  "variance": None if inner is None else float((inner ** 2).mean() * inner.shape[1])}))
`;

describe.runIf(python !== undefined)("a fixed model in Python", () => {
  const folder = mkdtempSync(join(tmpdir(), "isinglass-python-"));
  beforeAll(buildProgram, 120_000);
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  async function fix(network: string, output: string): Promise<void> {
    const options = ["--examples", "8", "--seeds", "1", "--fix", output];
    const { code } = await isinglass(["diagnose", network, ...options]);
    expect(code).toBe(0);
  }

  it.each([
    ["a specification", "784-200x4-10 tanh sw2=1 sb2=0.05"],
    ["an exported file", resolve("test/fixtures/models/mlp.onnx")],
  ])("passes the checker and runs: %s", async (_, network) => {
    const output = join(folder, `${network.length}.onnx`);
    await fix(network, output);
    const report = JSON.parse(
      execFileSync(python as string, ["-c", SCRIPT, output, network.endsWith(".onnx") ? "" : "torch"], {
        encoding: "utf8",
      }),
    );
    expect(report).toMatchObject({ batch: "batch", output: [5, 10], finite: true });
    // null where PyTorch is missing, or for a file whose parameters have other names
    if (report.difference !== null) expect(report.difference).toBeLessThan(1e-4);
    expect(report.variance).toBeGreaterThan(1.1);
    expect(report.variance).toBeLessThan(2);
  });

  it.each([
    ["a trained residual network", resolve("test/fixtures/models/resnet.onnx")],
    ["batch normalisation with stored statistics", resolve("test/fixtures/models/resnet-unfolded.onnx")],
    ["residual blocks of a specification", "784-60-y60x6-10 relu sw2=2"],
    ["blocks of convolutions with batch normalisation", "1x28x28-c6/4-b6x3-10 relu init=he norm=batch"],
  ])("runs with scaled branches: %s", async (_, network) => {
    const output = join(folder, `blocks-${network.length}.onnx`);
    await fix(network, output);
    const report = JSON.parse(
      execFileSync(python as string, ["-c", SCRIPT, output, ""], { encoding: "utf8" }),
    );
    expect(report).toMatchObject({ output: [5, 10], finite: true });
  });
});
