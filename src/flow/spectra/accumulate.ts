/**
 * A Gram spectrum of samples that never lie in memory whole: features arrive in blocks [n, d_b], only inner products are
 * kept. Each sample is shifted by its mean in the first block, so that subtracting the final mean cancels little.
 */
import { ShapeError } from "../../base/index.ts";
import type { Matrix } from "../../numerics/index.ts";
import { spectrumOfDensity } from "./measure.ts";
import { checkBatch, checkSamples, noContrast } from "./rows.ts";
import type { DensityOptions, GramSpectrum, SampleBatch } from "./types.ts";

/** Numbers in one product: 8 MiB. */
const BLOCK_SIZE = 2 ** 20;
/** Squared lengths below this share of what they were before the mean was subtracted are rounding. */
const LOST = 64 * Number.EPSILON;

/** Inner products of n samples, summed over blocks of features; owns n^2 numbers. */
export class GramAccumulator {
  readonly samples: number;
  readonly #options: DensityOptions;
  readonly #products: Float64Array;
  readonly #sums: Float64Array;
  readonly #squares: Float64Array;
  #shifts: Float64Array | null = null;
  #features = 0;
  #zeroRows = 0;

  constructor(samples: number, options: DensityOptions) {
    this.samples = samples;
    this.#options = options;
    this.#products = new Float64Array(samples * samples);
    this.#sums = new Float64Array(samples);
    this.#squares = new Float64Array(samples);
  }

  /**
   * Adds the next features of all samples.
   *
   * @throws ShapeError when the number of samples differs, FormatError for NaN or infinite values.
   */
  add(block: SampleBatch): void {
    const { where = "batch", kernels, centring = "sample" } = this.#options;
    checkBatch(block, where);
    const { rows: n, cols: d } = block;
    if (n !== this.samples) {
      throw new ShapeError(`${where}: received a block of ${n} samples, expected ${this.samples}.`, {
        hint: "Blocks hold different features of the same samples.",
      });
    }
    this.#shifts ??= centring === "none" ? new Float64Array(n) : firstMeans(block);
    const width = Math.max(1, Math.min(d, Math.floor(BLOCK_SIZE / n)));
    for (let col = 0; col < d; col += width) {
      const shifted = this.#shifted(block, col, Math.min(width, d - col));
      const part = kernels.gramOfRows(shifted).data;
      for (let k = 0; k < part.length; k++)
        this.#products[k] = (this.#products[k] as number) + (part[k] as number);
    }
    this.#features += d;
  }

  #shifted(block: SampleBatch, col: number, width: number): Matrix {
    const n = this.samples;
    const out = new Float64Array(n * width);
    for (let i = 0; i < n; i++) {
      const shift = (this.#shifts as Float64Array)[i] as number;
      let sum = 0;
      let squares = 0;
      for (let j = 0; j < width; j++) {
        const raw = block.data[i * block.cols + col + j] as number;
        const x = raw - shift;
        out[i * width + j] = x;
        sum += x;
        squares += raw * raw;
      }
      this.#sums[i] = (this.#sums[i] as number) + sum;
      this.#squares[i] = (this.#squares[i] as number) + squares;
    }
    return { rows: n, cols: width, data: out };
  }

  /**
   * The density matrix of everything added so far.
   *
   * @throws FormatError when no sample has contrast.
   */
  density(): Matrix {
    const { where = "batch", scaling = "sample", constant = "error" } = this.#options;
    const n = this.samples;
    const { products, lengths } = this.#centred();
    const zeroRows = lengths.filter((length) => length === 0).length;
    if (zeroRows === n && constant === "error") throw noContrast(where, n, this.#features);
    this.#zeroRows = zeroRows;
    const common = Math.sqrt(lengths.reduce((sum, length) => sum + length * length, 0) / n);
    const replaces = scaling === "sample" || zeroRows === n;
    const scales = lengths.map((length) => (scaling === "sample" ? length : common));
    const data = new Float64Array(n * n);
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < n; j++) {
        const [a, b] = [scales[i] as number, scales[j] as number];
        const product = products[i * n + j] as number;
        if (lengths[i] === 0 || lengths[j] === 0) {
          data[i * n + j] = replaces ? this.#besideUniform(i, j, lengths) / n : 0;
        } else data[i * n + j] = product / (a * b * n);
      }
    }
    return { rows: n, cols: n, data };
  }

  /** The spectrum of everything added so far; more may be added afterwards. */
  measure(): GramSpectrum {
    const { kernels, centring = "sample", scaling = "sample" } = this.#options;
    const spectrum = spectrumOfDensity(this.density(), { kernels, features: this.#features });
    const eigenvalues = spectrum.eigenvalues.subarray(0, Math.min(this.samples, this.#features));
    return { ...spectrum, eigenvalues, zeroRows: this.#zeroRows, centring, scaling };
  }

  /** Inner products after the final means are subtracted, and the lengths; 0 where only rounding is left. */
  #centred(): { products: Float64Array; lengths: Float64Array } {
    const n = this.samples;
    const products = this.#products.slice();
    if ((this.#options.centring ?? "sample") === "sample") {
      for (let i = 0; i < n; i++) {
        const mean = (this.#sums[i] as number) / this.#features;
        for (let j = 0; j < n; j++) {
          products[i * n + j] = (products[i * n + j] as number) - mean * (this.#sums[j] as number);
        }
      }
    }
    const lengths = Float64Array.from({ length: n }, (_, i) => {
      const square = products[i * n + i] as number;
      return square > LOST * (this.#squares[i] as number) ? Math.sqrt(square) : 0;
    });
    return { products, lengths };
  }

  /** Cosine of two samples of which at least one is replaced by the uniform direction. */
  #besideUniform(i: number, j: number, lengths: Float64Array): number {
    if (lengths[i] === 0 && lengths[j] === 0) return 1;
    if ((this.#options.centring ?? "sample") === "sample") return 0;
    const other = lengths[i] === 0 ? j : i;
    return (this.#sums[other] as number) / Math.sqrt(this.#features) / (lengths[other] as number);
  }
}

/** Mean of every sample over a block. */
function firstMeans({ rows, cols, data }: SampleBatch): Float64Array {
  return Float64Array.from({ length: rows }, (_, i) => {
    let sum = 0;
    for (let j = 0; j < cols; j++) sum += (data[i * cols + j] as number) / cols;
    return sum;
  });
}

/**
 * Starts the Gram spectrum of n samples whose features come in blocks.
 *
 * @param samples - n >= 2.
 * @param options - as for `measureGram`.
 * @returns an accumulator: `add` blocks [n, d_b], then `measure` (or `density`). Memory 8 n^2 bytes beside a block.
 * @throws SpecError for fewer than two samples.
 * @accuracy eigenvalues to about 1e-15, unless a sample's first block is far from its mean.
 * @example
 * ```ts
 * import { accumulateGram, entropyOf } from "isinglass/flow";
 * import { loadKernels } from "isinglass/kernels";
 *
 * const gram = accumulateGram(2, { kernels: await loadKernels() });
 * gram.add({ rows: 2, cols: 2, data: Float64Array.of(1, 2, 5, 4) });
 * gram.add({ rows: 2, cols: 1, data: Float64Array.of(3, 3) });
 * entropyOf(gram.measure()) < 1e-12; // => true
 * ```
 */
export function accumulateGram(samples: number, options: DensityOptions): GramAccumulator {
  checkSamples(samples, options.where ?? "batch");
  return new GramAccumulator(samples, options);
}
