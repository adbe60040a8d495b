/** The blocks of one job of wide.ts: layers, and copies of what is ready into the results. */
import type { Core } from "./core.ts";
import { copyColumns, copyRows, type WideResult } from "./wide-copy.ts";
import { BLOCK_COLUMNS, PANEL_ROWS, type PanelPart, strideOf, type WideJob } from "./wide-job.ts";
import { LAYER_KINDS } from "./wide-layer.ts";

/** Numbers that describe a layer, as in the assembly. */
const LAYER_NUMBERS = 10;
const FIRST_NUMBERS = 4;
/** Operations per pair and layer, roughly: decides whether threads are worth it. */
const PAIR_FLOPS = 60;

/** Buffers of a block: K (inner products before) and Theta; 0: not wanted. */
interface Block {
  readonly k: number;
  readonly theta: number;
}

/** A block that was worked on: its first row and column, and its size. */
interface Place {
  readonly buffers: Block;
  readonly start: number;
  readonly from: number;
  readonly m: number;
  readonly n: number;
}

/** The buffers of one job. */
export class WideRun {
  private readonly core: Core;
  private readonly job: WideJob;
  private readonly rows: number;
  private readonly columns: number;
  /** Row strides of a block and of the factors of columns. */
  private readonly ld: number;
  private readonly ldc: number;
  /** Buffers of which, with threads, one set is copied out while the other is worked on. */
  private current: Block;
  private other: Block;
  /** A block that is ready and not yet copied out. */
  private ready: Place | null = null;
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
    const height = Math.min(this.rows, PANEL_ROWS);
    const width = Math.min(this.columns, BLOCK_COLUMNS);
    this.ld = strideOf(width);
    this.ldc = strideOf(this.columns);
    const block = (): Block => ({
      k: core.allocateDoubles(height * this.ld),
      theta: job.ntk === null ? 0 : core.allocateDoubles(height * this.ld),
    });
    this.current = block();
    this.other = core.threads > 1 ? block() : this.current;
    const rowCount = layers.reduce((sum, { rowFactors }) => sum + rowFactors.length, 0);
    const columnCount = layers.reduce((sum, { columnFactors }) => sum + columnFactors.length, 0);
    this.program = core.allocateDoubles(FIRST_NUMBERS + LAYER_NUMBERS * layers.length);
    this.rowFactors = core.allocateDoubles(Math.max(1, rowCount * height));
    this.columnFactors = core.allocateDoubles(columnCount * this.ldc + 4);
    core.floats(this.columnFactors, columnCount * this.ldc + 4).fill(0);
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
        this.core.floats(this.columnFactors + column++ * this.ldc * 8, factor.length).set(factor);
      }
      row += rowFactors.length;
    });
    this.core.floats(this.program, numbers.length).set(numbers);
  }

  private height(start: number): number {
    return Math.min(PANEL_ROWS, this.rows - start);
  }

  /** The first columns of the blocks of a panel. */
  blocks(start: number): readonly number[] {
    const from = this.job.columns === null ? start : 0;
    const count = Math.ceil((this.columns - from) / BLOCK_COLUMNS);
    return Array.from({ length: count }, (_, q) => from + q * BLOCK_COLUMNS);
  }

  /** Prepares a panel of rows. */
  begin(start: number): void {
    this.writeRowFactors(start, this.height(start));
  }

  /** Where the inner products of a block belong. */
  part(start: number, from: number): PanelPart {
    return {
      start,
      height: this.height(start),
      from,
      width: Math.min(BLOCK_COLUMNS, this.columns - from),
      pointer: this.current.k,
      stride: this.ld,
    };
  }

  /** All layers of a block, while the block before it is copied into the results. */
  finish({ start, height: m, from, width: n }: PanelPart): void {
    const { core, job, current: buffers } = this;
    const place: Place = { buffers, start, from, m, n };
    core.integers(this.counter, 1)[0] = 0;
    core.parallelWith(
      () => this.copyReady(),
      "wideTiles",
      m * n * PAIR_FLOPS * job.layers.length,
      m,
      n,
      buffers.k,
      buffers.theta,
      this.ld,
      this.isDiagonal(start, from) ? 1 : 0,
      this.program,
      job.layers.length,
      this.rowFactors,
      this.columnFactors + from * 8,
      this.ldc,
      this.counter,
      this.work,
    );
    this.ready = place;
    // a lone thread copies at once, while the block is in the cache
    if (this.other === buffers) this.copyReady();
    this.current = this.other;
    this.other = buffers;
  }

  /** Copies the last block. */
  end(): void {
    this.copyReady();
  }

  private copyReady(): void {
    const { job, ready } = this;
    if (ready === null) return;
    const { k, theta } = ready.buffers;
    if (job.nngp !== null) this.copy(job.nngp, k, ready);
    if (job.ntk !== null) this.copy(job.ntk, theta, ready);
    this.ready = null;
  }

  /** Whether a block of a symmetric job has pairs on both sides of the diagonal. */
  private isDiagonal(start: number, from: number): boolean {
    return this.job.columns === null && start === from;
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

  private copy(out: WideResult, block: number, { start, from, m, n }: Place): void {
    const { core, columns, ld } = this;
    const isDiagonal = this.isDiagonal(start, from);
    // one view for all rows: nothing is allocated while they are copied
    const data = core.floats(block, m * ld);
    const whole = { data, at: 0, ld, m, n, start, from, columns, isDiagonal };
    copyRows(out, whole);
    if (this.job.columns === null) copyColumns(out, whole);
  }
}
