/** Our side of bench/bayes/kernels.ts in a process of its own, so that its peak memory is its own: the protocol of the peer. */
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { solveKernels, uniformKernelSpec } from "../../src/bayes/index.ts";
import { createOnnxGemm, loadKernels } from "../../src/kernels/index.ts";
import { resolveActivation } from "../../src/networks/index.ts";

interface Request {
  readonly path: string;
  readonly features: number;
  readonly activation: string;
  readonly depth: number;
  readonly weightVariance: number;
  readonly biasVariance: number;
  readonly precision: "float64" | "float32";
  /** "onnxruntime" or "wasm": who multiplies the inputs. */
  readonly product: string;
  readonly rows: readonly number[];
  readonly columns: readonly number[];
}

const threads = Number(process.argv[2]);
const kernels = await loadKernels({ threads });
const provider = await createOnnxGemm(threads);
const peak = (): number => process.resourceUsage().maxRSS * 1024;
const answer = (value: object): boolean => process.stdout.write(`${JSON.stringify(value)}\n`);
answer({ node: process.version, simd: kernels.simd, bytes: peak() });
/** A copy, since the numbers of a file may begin anywhere in a buffer. */
function doublesOf(bytes: Buffer): Float64Array {
  const out = new Float64Array(bytes.length / 8);
  new Uint8Array(out.buffer).set(bytes);
  return out;
}
const known = new Map<string, Float64Array>();
for await (const line of createInterface({ input: process.stdin })) {
  const request = JSON.parse(line) as Request;
  const { path, features, activation, depth, precision, product, rows, columns } = request;
  const data = known.get(path) ?? doublesOf(readFileSync(path));
  known.set(path, data);
  // results of the call before go back to the system now, as the peer's do after its clock has stopped
  globalThis.gc?.();
  await new Promise((resolve) => setTimeout(resolve, 200));
  const spec = uniformKernelSpec(resolveActivation(activation), depth, request);
  const inputs = { rows: data.length / features, cols: features, data };
  const cpu = process.cpuUsage();
  const wall = performance.now();
  const result = await solveKernels(spec, inputs, null, kernels, {
    precision,
    provider: product === "wasm" ? null : provider,
  });
  const { user, system } = process.cpuUsage(cpu);
  const wallMs = performance.now() - wall;
  const entries = (m: typeof result.nngp): number[] =>
    rows.map((i, k) => m?.data[i * inputs.rows + (columns[k] as number)] as number);
  answer({
    cpuMs: (user + system) / 1e3,
    wallMs,
    bytes: peak(),
    nngp: entries(result.nngp),
    ntk: entries(result.ntk),
  });
}
process.exit(0);
