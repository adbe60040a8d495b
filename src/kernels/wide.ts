/**
 * Kernel matrices of wide dense networks, panel by panel of some hundred rows: inner products by the fast product, then all
 * layers in one pass over the panel on all threads, then copies into the results and their mirror images. Which numbers a
 * layer consists of says the caller; the arithmetic is in assembly/wide.ts.
 */
import type { Matrix } from "../numerics/index.ts";
import type { Core } from "./core.ts";
import type { GemmProvider } from "./gemm-provider.ts";
import type { OffloadQueue } from "./offload.ts";
import { createPositions, type OpenPositions } from "./positions.ts";
import { FULL } from "./product.ts";
import { LAYER_KINDS, type WideLayer, type WideMap } from "./wide-layer.ts";

/** A job: inputs, layers, and where results go. */
export interface WideJob {
  /** X, [n, N0]. */
  readonly rows: Matrix;
  /** Y, [m, N0]; null: Y = X, and the results are symmetric. */
  readonly columns: Matrix | null;
  /** The first affine map, V = x.y / N0. */
  readonly first: WideMap;
  readonly layers: readonly WideLayer[];
  /** Results [n, m], filled on return; null: not wanted. */
  readonly nngp: Float64Array | Float32Array | null;
  readonly ntk: Float64Array | Float32Array | null;
  /** Called after every panel with the number of rows done; throws to stop. */
  onRows?(done: number): void;
}

/** Kernel matrices on the threads of `loadKernels`. */
export interface WideKernels {
  /** Fills the results of a job. */
  run(job: WideJob): void;
  /**
   * The same with a turn of the event loop after every panel, and with inner products by `provider` unless it is null; in
   * float32 when `isSingle` and the provider can.
   */
  runAsync(job: WideJob, provider: GemmProvider | null, isSingle: boolean): Promise<void>;
  /** Covariances between positions of images, for networks of convolutions. */
  readonly positions: OpenPositions;
  /** Bytes of WebAssembly memory that a job of this size needs. */
  workBytes(rows: number, columns: number, features: number, factors: number): number;
}

/** Rows of a panel: enough for the product to run at full speed. */
const PANEL_ROWS = 256;
/** Numbers that describe a layer, as in the assembly. */
const LAYER_NUMBERS = 10;
const FIRST_NUMBERS = 4;
/** Operations per pair and layer, roughly: decides whether threads are worth it. */
const PAIR_FLOPS = 60;

export function createWideKernels(core: Core, queue: OffloadQueue): WideKernels {
  return {
    run(job) {
      const top = core.enter();
      try {
        const run = new WideRun(core, job, true);
        for (let start = 0; start < job.rows.rows; start += PANEL_ROWS) {
          run.multiply(start);
          run.finish(start);
        }
        run.end();
      } finally {
        core.leave(top);
      }
    },
    runAsync: (job, provider, isSingle) =>
      queue.exclusive(async () => {
        const top = core.enter();
        try {
          const run = new WideRun(core, job, provider === null);
          for (let start = 0; start < job.rows.rows; start += PANEL_ROWS) {
            if (provider === null) run.multiply(start);
            else await run.multiplyBy(provider, start, isSingle);
            run.finish(start);
            await turn();
          }
          run.end();
        } finally {
          core.leave(top);
        }
      }),
    positions: createPositions(core),
    workBytes: (rows, columns, features, factors) => {
      const panel = Math.min(rows, PANEL_ROWS) * (columns + 2);
      return 8 * (8 * panel + (rows + columns) * (features + factors));
    },
  };
}

/** Lets timers and messages through. */
function turn(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 0));
}

/** Buffers of a panel: K (inner products before), Theta, and their transposes; 0: not wanted. */
interface Panel {
  readonly k: number;
  readonly theta: number;
  readonly mirror: number;
  readonly mirrorTheta: number;
}

/** The buffers of one job. */
class WideRun {
  private readonly core: Core;
  private readonly job: WideJob;
  private readonly rows: number;
  private readonly columns: number;
  private readonly ld: number;
  private readonly left: number;
  private readonly right: number;
  /** Two sets of buffers: one is copied out while the other is worked on. */
  private readonly panels: readonly [Panel, Panel];
  private current: Panel;
  /** First row of a panel that is ready and not yet copied out; -1: none. */
  private ready = -1;
  private readonly program: number;
  private readonly rowFactors: number;
  private readonly columnFactors: number;
  private readonly series: readonly number[];
  private readonly counter: number;
  private readonly work: number;
  /** The inputs in float32, once they are asked for. */
  private single: readonly [Float32Array, Float32Array | null] | null = null;

  /** @param isOwn whether the product is done here, so that the inputs have to be in this memory */
  constructor(core: Core, job: WideJob, isOwn: boolean) {
    const { rows: x, columns: y, layers } = job;
    this.core = core;
    this.job = job;
    this.rows = x.rows;
    this.columns = (y ?? x).rows;
    this.ld = (this.columns + 2) & ~1;
    const height = Math.min(this.rows, PANEL_ROWS);
    this.left = isOwn ? core.push(x.data) : 0;
    this.right = isOwn && y !== null ? core.push(y.data) : this.left;
    const mirrors = y === null;
    const panel = (): Panel => ({
      k: core.allocateDoubles(height * this.ld),
      theta: job.ntk === null ? 0 : core.allocateDoubles(height * this.ld),
      mirror: mirrors && job.nngp !== null ? core.allocateDoubles(height * this.columns) : 0,
      mirrorTheta: mirrors && job.ntk !== null ? core.allocateDoubles(height * this.columns) : 0,
    });
    this.current = panel();
    this.panels = [this.current, this.rows > height ? panel() : this.current];
    const rowCount = layers.reduce((sum, { rowFactors }) => sum + rowFactors.length, 0);
    const columnCount = layers.reduce((sum, { columnFactors }) => sum + columnFactors.length, 0);
    this.program = core.allocateDoubles(FIRST_NUMBERS + LAYER_NUMBERS * layers.length);
    this.rowFactors = core.allocateDoubles(Math.max(1, rowCount * height));
    this.columnFactors = core.allocateDoubles(columnCount * this.ld + 2);
    core.floats(this.columnFactors, columnCount * this.ld + 2).fill(0);
    this.series = layers.map(({ table }) =>
      table === null ? 0 : core.allocateDoubles(height * 2 * table.size * table.terms),
    );
    this.counter = core.allocate(64);
    this.work = core.allocate(core.wasm.wideWorkBytes() * core.threads);
    this.writeProgram();
  }

  private writeProgram(): void {
    const { first, layers } = this.job;
    const numbers = [first.b, first.w, first.rb, first.rw];
    let [row, column] = [0, 0];
    layers.forEach(({ kind, b, w, rb, rw, parameters, rowFactors, columnFactors, table }, l) => {
      const own = table === null ? parameters : [table.terms, table.size / 2];
      numbers.push(LAYER_KINDS.indexOf(kind), b, w, rb, rw, ...own, this.series[l] as number, column, row);
      for (const factor of columnFactors) {
        this.core.floats(this.columnFactors + column++ * this.ld * 8, factor.length).set(factor);
      }
      row += rowFactors.length;
    });
    this.core.floats(this.program, numbers.length).set(numbers);
  }

  private height(start: number): number {
    return Math.min(PANEL_ROWS, this.rows - start);
  }

  /** First column that a panel needs. */
  private corner(start: number): number {
    return this.job.columns === null ? start : 0;
  }

  /** Inner products of a panel, divided by the number of features through the first map. */
  multiply(start: number): void {
    const { core, ld } = this;
    const m = this.height(start);
    const from = this.corner(start);
    const k = this.job.rows.cols;
    core.floats(this.current.k, m * ld).fill(0);
    core.product({
      m,
      n: this.columns - from,
      k,
      alpha: 1 / k,
      a: this.left + start * k * 8,
      ars: k,
      acs: 1,
      b: this.right + from * k * 8,
      brs: 1,
      bcs: k,
      c: this.current.k,
      ldc: ld,
      triangle: FULL,
    });
  }

  async multiplyBy(provider: GemmProvider, start: number, isSingle: boolean): Promise<void> {
    const { rows: x, columns: y } = this.job;
    const m = this.height(start);
    const from = this.corner(start);
    const n = this.columns - from;
    const k = x.cols;
    const shape = { m, n, k, transposeA: false, transposeB: true };
    let product: Float64Array | Float32Array;
    if (isSingle && provider.multiplySingle !== undefined) {
      this.single ??= [Float32Array.from(x.data), y === null ? null : Float32Array.from(y.data)];
      const [left, right] = this.single;
      const a = left.subarray(start * k, (start + m) * k);
      product = await provider.multiplySingle({ ...shape, a, b: (right ?? left).subarray(from * k) });
    } else {
      const a = x.data.subarray(start * k, (start + m) * k);
      product = await provider.multiply({ ...shape, a, b: (y ?? x).data.subarray(from * k) });
    }
    for (let i = 0; i < m; i++) {
      this.core.floats(this.current.k + i * this.ld * 8, n).set(product.subarray(i * n, (i + 1) * n));
    }
    this.core.wasm.scale(m * this.ld, 1 / k, this.current.k);
  }

  /** All layers of a panel, while the panel before it is copied into the results. */
  finish(start: number): void {
    const { core, job, ld, current } = this;
    const m = this.height(start);
    const from = this.corner(start);
    const n = this.columns - from;
    this.writeRowFactors(start, m);
    core.integers(this.counter, 1)[0] = 0;
    core.parallelWith(
      () => this.copyReady(),
      "wideTiles",
      m * n * PAIR_FLOPS * job.layers.length,
      m,
      n,
      current.k,
      current.theta,
      ld,
      job.columns === null ? 1 : 0,
      this.program,
      job.layers.length,
      this.rowFactors,
      this.columnFactors + from * 8,
      ld,
      current.mirror,
      current.mirrorTheta,
      this.counter,
      this.work,
    );
    this.ready = start;
    this.current = this.panels[current === this.panels[0] ? 1 : 0];
    job.onRows?.(start + m);
  }

  /** Copies the last panel. */
  end(): void {
    this.copyReady();
  }

  private copyReady(): void {
    const { job, ready } = this;
    if (ready < 0) return;
    const { k, theta, mirror, mirrorTheta } = this.panels[this.current === this.panels[0] ? 1 : 0];
    if (job.nngp !== null) this.copy(job.nngp, k, mirror, ready);
    if (job.ntk !== null) this.copy(job.ntk, theta, mirrorTheta, ready);
    this.ready = -1;
  }

  private writeRowFactors(start: number, m: number): void {
    let row = 0;
    this.job.layers.forEach(({ rowFactors, table }, l) => {
      for (const factor of rowFactors) {
        this.core.floats(this.rowFactors + row++ * m * 8, m).set(factor.subarray(start, start + m));
      }
      if (table === null) return;
      const size = 2 * table.size * table.terms;
      for (let i = 0; i < m; i++) {
        table.series(start + i, this.core.floats((this.series[l] as number) + i * size * 8, size));
      }
    });
  }

  /** Rows of the panel from the diagonal on, and their mirror image below it. */
  private copy(out: Float64Array | Float32Array, panel: number, mirror: number, start: number): void {
    const { core, columns, ld } = this;
    const m = this.height(start);
    const from = this.corner(start);
    const n = columns - from;
    for (let i = 0; i < m; i++) {
      const skip = mirror === 0 ? 0 : i;
      const row = core.floats(panel + (i * ld + skip) * 8, n - skip);
      out.set(row, (start + i) * columns + from + skip);
    }
    if (mirror === 0) return;
    const view = core.floats(mirror, n * m);
    for (let j = 1; j < n; j++) {
      const count = Math.min(j, m);
      out.set(view.subarray(j * m, j * m + count), (from + j) * columns + start);
    }
  }
}
