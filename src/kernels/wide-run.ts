/** The panels of one job of wide.ts: layers, and copies of what is ready into the results. */
import type { Core } from "./core.ts";
import { PANEL_ROWS, type PanelPart, strideOf, type WideJob } from "./wide-job.ts";
import { LAYER_KINDS } from "./wide-layer.ts";

/** Numbers that describe a layer, as in the assembly. */
const LAYER_NUMBERS = 10;
const FIRST_NUMBERS = 4;
/** Operations per pair and layer, roughly: decides whether threads are worth it. */
const PAIR_FLOPS = 60;

/** Buffers of a panel: K (inner products before), Theta, and their transposes; 0: not wanted. */
interface Panel {
  readonly k: number;
  readonly theta: number;
  readonly mirror: number;
  readonly mirrorTheta: number;
}

/** The buffers of one job. */
export class WideRun {
  private readonly core: Core;
  private readonly job: WideJob;
  private readonly rows: number;
  private readonly columns: number;
  private readonly ld: number;
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

  constructor(core: Core, job: WideJob) {
    const { rows: x, columns: y, layers } = job;
    this.core = core;
    this.job = job;
    this.rows = x.rows;
    this.columns = (y ?? x).rows;
    this.ld = strideOf(this.columns);
    const height = Math.min(this.rows, PANEL_ROWS);
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
    this.columnFactors = core.allocateDoubles(columnCount * this.ld + 4);
    core.floats(this.columnFactors, columnCount * this.ld + 4).fill(0);
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

  /** Where the inner products of a panel belong. */
  part(start: number): PanelPart {
    const from = this.corner(start);
    return {
      start,
      height: this.height(start),
      from,
      width: this.columns - from,
      pointer: this.current.k,
      stride: this.ld,
    };
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
