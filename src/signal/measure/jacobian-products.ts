/** Runs Jacobian products: whole Jacobians row by row, or single products for Lanczos. */
import { numbersOf, type Session, type Tensor } from "../../engine/index.ts";
import type { Matrix } from "../../numerics/index.ts";
import { type JacobianGraph, jacobianNames } from "./jacobian-graph.ts";

/** Products of a batch of vectors: rows in, rows out. */
async function run(
  session: Session,
  { vectorShape, dtype }: JacobianGraph,
  vectors: Float64Array,
  signal: AbortSignal | undefined,
): Promise<Float64Array> {
  const data = dtype === "float64" ? vectors : Float32Array.from(vectors);
  const feeds = { [jacobianNames.vector]: { dtype, shape: vectorShape, data } };
  const result = await session.run(feeds, signal === undefined ? {} : { signal });
  return numbersOf(result[jacobianNames.product] as Tensor);
}

/**
 * The whole Jacobian of the example that fills the batch, or its transpose, whichever the side gives: one basis vector
 * per row of the batch, `ceil(count / batch)` runs.
 *
 * @returns [count, length] where count is the size of the space the vectors live in.
 */
export async function measureRows(
  session: Session,
  graph: JacobianGraph,
  signal: AbortSignal | undefined,
): Promise<Matrix> {
  const { batch } = graph;
  const count = graph.vectorShape.reduce((product, n) => product * n, 1) / batch;
  const parts: Float64Array[] = [];
  for (let start = 0; start < count; start += batch) {
    const vectors = new Float64Array(batch * count);
    const used = Math.min(batch, count - start);
    for (let row = 0; row < used; row++) vectors[row * count + start + row] = 1;
    const products = await run(session, graph, vectors, signal);
    parts.push(products.subarray(0, (products.length / batch) * used));
  }
  const length = (parts[0]?.length ?? 0) / Math.min(batch, count);
  const data = new Float64Array(count * length);
  let at = 0;
  for (const part of parts) {
    data.set(part, at);
    at += part.length;
  }
  return { rows: count, cols: length, data };
}

/**
 * Joins single requests into batches: as many callers as the batch has rows (or fewer) ask at the same time, each for
 * its own example, and one run answers all of them.
 */
export class BatchedProduct {
  readonly #session: Session;
  readonly #graph: JacobianGraph;
  readonly #signal: AbortSignal | undefined;
  readonly #length: number;
  #waiting: {
    row: number;
    vector: Float64Array;
    answer: (product: Float64Array) => void;
    fail: (error: unknown) => void;
  }[] = [];
  /** Callers that still ask. */
  #active: number;

  constructor(session: Session, graph: JacobianGraph, callers: number, signal: AbortSignal | undefined) {
    this.#session = session;
    this.#graph = graph;
    this.#signal = signal;
    this.#active = callers;
    this.#length = graph.vectorShape.reduce((product, n) => product * n, 1) / graph.batch;
  }

  /** The product with the Jacobian of example `row`. */
  apply(row: number, vector: Float64Array): Promise<Float64Array> {
    return new Promise((answer, fail) => {
      this.#waiting.push({ row, vector, answer, fail });
      this.#runWhenAllWait();
    });
  }

  /** One caller asks no more. */
  finish(): void {
    this.#active--;
    this.#runWhenAllWait();
  }

  #runWhenAllWait(): void {
    if (this.#waiting.length === 0 || this.#waiting.length < this.#active) return;
    const requests = this.#waiting;
    this.#waiting = [];
    const vectors = new Float64Array(this.#length * this.#graph.batch);
    for (const { row, vector } of requests) vectors.set(vector, row * this.#length);
    run(this.#session, this.#graph, vectors, this.#signal).then(
      (products) => {
        const size = products.length / this.#graph.batch;
        for (const { row, answer } of requests) answer(products.slice(row * size, (row + 1) * size));
      },
      (error: unknown) => {
        for (const { fail } of requests) fail(error);
      },
    );
  }
}
