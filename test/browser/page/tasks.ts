/** Computations that must give the same numbers in Node and in a browser; each returns plain JSON. */
import { createSession, GraphBuilder, gradient, matmul, reduceSum, tanh } from "../../../src/engine/index.ts";
import { loadKernels } from "../../../src/kernels/index.ts";
import { resolveActivation } from "../../../src/networks/index.ts";
import { createStream } from "../../../src/numerics/index.ts";
import { solveMeanField } from "../../../src/signal/index.ts";

/** Random numbers, bit for bit. */
export async function randomNumbers(): Promise<string[]> {
  const stream = createStream(7).fork("browser");
  const draws = Array.from({ length: 500 }, () => stream.normal()).concat(stream.uniform());
  return [...new BigUint64Array(Float64Array.from(draws).buffer)].map(String);
}

/** Eigenvalues of a symmetric matrix by the WebAssembly kernels. */
export async function eigenvalues(): Promise<number[]> {
  const n = 90;
  const data = new Float64Array(n * n);
  createStream(1).fillNormal(data);
  for (let i = 0; i < n; i++) for (let j = 0; j < i; j++) data[i * n + j] = data[j * n + i]!;
  const kernels = await loadKernels({ deterministic: true });
  const { values } = kernels.eigenSymmetric({ rows: n, cols: n, data }, { vectors: false });
  await kernels.release();
  return [...values];
}

/** A tanh layer and the gradient of its sum, executed by ONNX Runtime. */
export async function gradientByRuntime(): Promise<number[]> {
  const b = new GraphBuilder("browser");
  const x = b.input("x", "float32", [3, 4]);
  const w = b.input("w", "float32", [4, 2]);
  const total = reduceSum(b, tanh(b, matmul(b, x, w)));
  const [dw] = gradient(b, total, [w]);
  b.output(total, "total");
  b.output(dw!, "dw");
  const session = await createSession(b.build());
  const fill = (length: number, seed: number): Float32Array => {
    const out = new Float32Array(length);
    createStream(seed).fillNormal(out);
    return out;
  };
  const result = await session.run({
    x: { dtype: "float32", shape: [3, 4], data: fill(12, 1) },
    w: { dtype: "float32", shape: [4, 2], data: fill(8, 2) },
  });
  await session.release();
  return [...(result.total!.data as Float32Array), ...(result.dw!.data as Float32Array)];
}

/** Mean-field theory of tanh. */
export async function meanField(): Promise<number[]> {
  const { q, c, chi1 } = solveMeanField(resolveActivation("tanh"), { sigmaW2: 1.9, sigmaB2: 0.05 });
  return [q.value, c.value, chi1.value];
}
