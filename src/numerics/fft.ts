/**
 * Discrete Fourier transforms of any length: powers of two by the radix-4 routine of `fft.js`, other lengths by
 * Bluestein's chirp convolution (L. Bluestein, IEEE Trans. Audio 18, 1970). Complex arrays are interleaved
 * [re0, im0, re1, im1, ...]. The forward transform is X_k = sum_j x_j exp(-2 pi i j k / n); the inverse carries 1/n.
 */
import FFT from "fft.js";
import { SpecError } from "../base/index.ts";

/** A prepared transform of one length; reuses its tables, owns no results. */
export interface FftPlan {
  readonly size: number;
  /** Forward transform of 2 n interleaved numbers. */
  forward(data: Float64Array): Float64Array;
  /** Inverse transform, with the factor 1/n. */
  inverse(data: Float64Array): Float64Array;
}

function checkLength(received: number, expected: number, where: string): void {
  if (received !== expected) {
    throw new SpecError(
      `${where}: received ${received} numbers, expected ${expected} (complex values interleaved)`,
    );
  }
}

/** Swaps real and imaginary parts: turns a forward transform into n times the inverse one. */
function swapped(data: Float64Array, scale: number): Float64Array {
  const out = new Float64Array(data.length);
  for (let i = 0; i < data.length; i += 2) {
    out[i] = scale * (data[i + 1] as number);
    out[i + 1] = scale * (data[i] as number);
  }
  return out;
}

function planFrom(size: number, transform: (data: Float64Array) => Float64Array): FftPlan {
  return {
    size,
    forward(data) {
      checkLength(data.length, 2 * size, "FFT");
      return transform(data);
    },
    inverse(data) {
      checkLength(data.length, 2 * size, "inverse FFT");
      return swapped(transform(swapped(data, 1)), 1 / size);
    },
  };
}

/** Length 2^k, k >= 1. */
function planPowerOfTwo(size: number): FftPlan {
  const engine = new FFT(size);
  return planFrom(size, (data) => {
    const out = new Float64Array(2 * size);
    engine.transform(out, data);
    return out;
  });
}

/** a_i b_i of interleaved complex numbers. */
function product(a: Float64Array, b: Float64Array): Float64Array {
  const out = new Float64Array(a.length);
  for (let i = 0; i < a.length; i += 2) {
    const ar = a[i] as number;
    const ai = a[i + 1] as number;
    const br = b[i] as number;
    const bi = b[i + 1] as number;
    out[i] = ar * br - ai * bi;
    out[i + 1] = ar * bi + ai * br;
  }
  return out;
}

/**
 * Bluestein: j k = (j^2 + k^2 - (k - j)^2) / 2 makes the transform a convolution with the chirp w_j = exp(-i pi j^2/n),
 * done by transforms of a power of two.
 */
function planBluestein(size: number): FftPlan {
  const padded = 2 ** Math.ceil(Math.log2(2 * size - 1));
  const inner = planPowerOfTwo(padded);
  const chirp = new Float64Array(2 * size);
  const kernel = new Float64Array(2 * padded);
  for (let j = 0; j < size; j++) {
    // j^2 modulo 2 n keeps the angle small, so that its cosine is exact for long transforms.
    const angle = (Math.PI * ((j * j) % (2 * size))) / size;
    chirp[2 * j] = Math.cos(angle);
    chirp[2 * j + 1] = -Math.sin(angle);
    for (const at of j === 0 ? [0] : [j, padded - j]) {
      kernel[2 * at] = Math.cos(angle);
      kernel[2 * at + 1] = Math.sin(angle);
    }
  }
  const kernelSpectrum = inner.forward(kernel);
  return planFrom(size, (data) => {
    const input = new Float64Array(2 * padded);
    input.set(product(data, chirp));
    const convolved = inner.inverse(product(inner.forward(input), kernelSpectrum));
    return product(convolved.subarray(0, 2 * size), chirp);
  });
}

/**
 * Prepares transforms of one length.
 *
 * @param size number of complex points, 1 to 2^26.
 * @throws SpecError for another size.
 * @accuracy about 1e-16 log2 n relative to the norm for powers of two, 1e-15 log2 n otherwise. O(n log n).
 * @source Cooley and Tukey (1965); Bluestein (1970).
 * @example
 * import { planFft } from "isinglass/numerics";
 * const plan = planFft(6);
 * plan.forward(new Float64Array([1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0]))[0]; // => 6.000000000
 */
export function planFft(size: number): FftPlan {
  if (!(Number.isInteger(size) && size >= 1 && size <= 2 ** 26)) {
    throw new SpecError(`FFT: received length ${size}, expected an integer from 1 to 2^26`);
  }
  if (size === 1) return planFrom(1, (data) => data.slice());
  return Number.isInteger(Math.log2(size)) ? planPowerOfTwo(size) : planBluestein(size);
}

/**
 * Forward transform of interleaved complex data, X_k = sum_j x_j exp(-2 pi i j k / n).
 *
 * @param data 2 n numbers; n = 0 is refused.
 * @returns 2 n numbers.
 * @example
 * import { fft } from "isinglass/numerics";
 * fft(new Float64Array([1, 0, 2, 0, 3, 0])); // => [6, 0, -1.5, 0.8660254037844, -1.5, -0.8660254037844]
 */
export function fft(data: Float64Array): Float64Array {
  return planFft(data.length / 2).forward(data);
}

/**
 * Inverse of `fft`: x_j = (1/n) sum_k X_k exp(2 pi i j k / n).
 *
 * @example
 * import { fft, inverseFft } from "isinglass/numerics";
 * inverseFft(fft(new Float64Array([1, 0, 2, 0, 3, 0])))[2]; // => 2.0000000000
 */
export function inverseFft(data: Float64Array): Float64Array {
  return planFft(data.length / 2).inverse(data);
}

/**
 * Forward transform of n real numbers: the floor(n/2) + 1 non-redundant coefficients, interleaved.
 *
 * @param data n >= 1 real numbers.
 * @cost one complex transform of length n/2 when n is even, of length n when odd.
 * @source Press et al., "Numerical Recipes", section 12.3 (two half-length sequences in one transform).
 * @example
 * import { realFft } from "isinglass/numerics";
 * realFft(new Float64Array([1, 0, 0, 0])); // => [1, 0, 1, 0, 1, 0]
 */
export function realFft(data: Float64Array): Float64Array {
  const n = data.length;
  const out = new Float64Array(2 * (Math.floor(n / 2) + 1));
  if (n % 2 === 1) {
    const complex = new Float64Array(2 * n);
    for (let i = 0; i < n; i++) complex[2 * i] = data[i] as number;
    out.set(planFft(n).forward(complex).subarray(0, out.length));
    return out;
  }
  const half = n / 2;
  // Even samples are the real part, odd samples the imaginary part of one sequence of half the length.
  const packed = planFft(half).forward(data);
  for (let k = 0; k <= half; k++) {
    const a = 2 * (k % half);
    const b = 2 * ((half - k) % half);
    const evenRe = 0.5 * ((packed[a] as number) + (packed[b] as number));
    const evenIm = 0.5 * ((packed[a + 1] as number) - (packed[b + 1] as number));
    const oddRe = 0.5 * ((packed[a + 1] as number) + (packed[b + 1] as number));
    const oddIm = -0.5 * ((packed[a] as number) - (packed[b] as number));
    const cosine = Math.cos((2 * Math.PI * k) / n);
    const sine = -Math.sin((2 * Math.PI * k) / n);
    out[2 * k] = evenRe + cosine * oddRe - sine * oddIm;
    out[2 * k + 1] = evenIm + cosine * oddIm + sine * oddRe;
  }
  // Both ends of the spectrum of a real sequence are real.
  out[1] = 0;
  out[n + 1] = 0;
  return out;
}

/**
 * Inverse of `realFft`: the n real numbers behind floor(n/2) + 1 coefficients.
 *
 * @param spectrum 2 (floor(n/2) + 1) interleaved numbers; imaginary parts at k = 0 and n/2 are ignored.
 * @param n length of the result, which the spectrum alone does not tell.
 * @throws SpecError when the lengths do not fit.
 * @example
 * import { inverseRealFft, realFft } from "isinglass/numerics";
 * inverseRealFft(realFft(new Float64Array([1, 4, 2, 8, 5])), 5)[3]; // => 8.0000000000
 */
export function inverseRealFft(spectrum: Float64Array, n: number): Float64Array {
  checkLength(spectrum.length, 2 * (Math.floor(n / 2) + 1), "inverse real FFT");
  const full = new Float64Array(2 * n);
  full[0] = spectrum[0] as number;
  for (let k = 1; 2 * k <= n; k++) {
    const re = spectrum[2 * k] as number;
    const im = 2 * k === n ? 0 : (spectrum[2 * k + 1] as number);
    full[2 * k] = re;
    full[2 * k + 1] = im;
    full[2 * (n - k)] = re;
    full[2 * (n - k) + 1] = im === 0 ? 0 : -im;
  }
  const complex = planFft(n).inverse(full);
  return Float64Array.from({ length: n }, (_, i) => complex[2 * i] as number);
}
