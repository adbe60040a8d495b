/**
 * Spectra of the Jacobians of given examples on a prepared network: whole Jacobians when the smaller side is moderate,
 * otherwise the largest singular values by Lanczos on J J^T or J^T J, and moments from random vectors (Hutchinson 1990).
 */
import {
  createSession,
  type Graph,
  type Session,
  type SessionOptions,
  type Tensor,
} from "../../engine/index.ts";
import { type Kernels, loadKernels } from "../../kernels/index.ts";
import { lanczos, type RandomStream } from "../../numerics/index.ts";
import { buildJacobianGraph, type JacobianGraph, jacobianSize } from "./jacobian-graph.ts";
import { BatchedProduct, measureRows } from "./jacobian-products.ts";
import { type JacobianSpectrum, spectrumOf } from "./spectrum.ts";

/** Where the Jacobian is taken and how. */
export interface JacobianPlan {
  readonly graph: Graph;
  readonly from: string;
  readonly to: string;
  /** Name of the data input. */
  readonly input: string;
  readonly batch: number;
  readonly method: "dense" | "lanczos";
  /** Number of largest singular values that Lanczos finds. */
  readonly count: number;
  readonly session: SessionOptions;
  readonly signal: AbortSignal | undefined;
}

/** Relative residual at which Lanczos stops: products are float32. */
const lanczosTolerance = 1e-5;
const lanczosSteps = 80;

/** Prepared products; parameters and inputs are bound to its sessions. */
export interface JacobianProbe {
  /** Puts values into all sessions. */
  bind(values: Readonly<Record<string, Tensor>>): Promise<void>;
  /** Spectra of the examples in the batch: of the one example that fills it (dense), or one per row (Lanczos). */
  measure(stream: RandomStream): Promise<readonly JacobianSpectrum[]>;
  release(): Promise<void>;
}

/** Compiles the products of a plan. */
export async function createJacobianProbe(plan: JacobianPlan): Promise<JacobianProbe> {
  const [rows, cols] = jacobianSize(plan.graph, plan.from, plan.to, plan.batch);
  const { session: options, signal } = plan;
  const short = rows <= cols ? "left" : "right";
  const first = buildJacobianGraph(plan.graph, plan.from, plan.to, short, plan.batch);
  const session = await createSession(first.graph, options);
  if (plan.method === "dense") return denseProbe(session, first, await loadKernels(), rows, cols, signal);
  const second = buildJacobianGraph(
    plan.graph,
    plan.from,
    plan.to,
    short === "left" ? "right" : "left",
    plan.batch,
  );
  const other = await createSession(second.graph, { ...options, share: session });
  return lanczosProbe([session, other], [first, second], plan, rows, cols);
}

function denseProbe(
  session: Session,
  graph: JacobianGraph,
  kernels: Kernels,
  rows: number,
  cols: number,
  signal: AbortSignal | undefined,
): JacobianProbe {
  return {
    bind: (values) => session.bind(values),
    measure: async () => {
      const matrix = await measureRows(session, graph, signal);
      return [spectrumOf(rows, cols, kernels.singularValues(matrix))];
    },
    release: () => session.release(),
  };
}

function lanczosProbe(
  sessions: readonly [Session, Session],
  graphs: readonly [JacobianGraph, JacobianGraph],
  { batch, count, signal }: JacobianPlan,
  rows: number,
  cols: number,
): JacobianProbe {
  const short = Math.min(rows, cols);
  return {
    bind: (values) => sessions[0].bind(values),
    measure: async (stream) => {
      const down = new BatchedProduct(sessions[0], graphs[0], batch, signal);
      const up = new BatchedProduct(sessions[1], graphs[1], batch, signal);
      const gram = async (row: number, v: Float64Array): Promise<[Float64Array, Float64Array]> => {
        const w = await down.apply(row, v);
        return [w, await up.apply(row, w)];
      };
      const measureRow = async (row: number): Promise<JacobianSpectrum> => {
        const own = stream.fork(row);
        const options = {
          stream: own.fork("start"),
          largest: count,
          tolerance: lanczosTolerance,
          maxSteps: lanczosSteps,
        };
        const probe = sampleOnSphere(short, own.fork("moments"));
        const [w, g] = await gram(row, probe);
        const { largest } = await lanczos(short, async (v) => (await gram(row, v))[1], options);
        down.finish();
        up.finish();
        return {
          rows,
          cols,
          singularValues: Float64Array.from(largest, ({ value }) => Math.sqrt(Math.max(0, value))),
          isComplete: false,
          moments: [sumOfSquares(w) / short, sumOfSquares(g) / short],
        };
      };
      return Promise.all(Array.from({ length: batch }, (_, row) => measureRow(row)));
    },
    release: async () => {
      await sessions[1].release();
      await sessions[0].release();
    },
  };
}

/** Uniform on the sphere of squared radius n: E z^T G z = tr G, without scatter when G is a multiple of 1. */
function sampleOnSphere(n: number, stream: RandomStream): Float64Array {
  const z = new Float64Array(n);
  stream.fillNormal(z);
  const scale = Math.sqrt(n / sumOfSquares(z));
  return z.map((x) => x * scale);
}

function sumOfSquares(values: Float64Array): number {
  return values.reduce((sum, x) => sum + x * x, 0);
}
