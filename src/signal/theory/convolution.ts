/**
 * Convolutional networks with circular padding: covariances between positions evolve through an averaging operator over the
 * kernel, which is diagonal in Fourier space (Xiao et al. 2018, equations 2.4-2.12). The uniform mode behaves like a
 * fully connected network, so the critical line is the same; all other modes are damped by their averaging eigenvalue
 * unless the kernel is delta-orthogonal, where only the centre tap is non-zero and nothing is averaged.
 */
import { SpecError } from "../../base/index.ts";
import { depthScale, type MeanField } from "./mean-field.ts";

/** How a kernel is drawn: Gaussian on all taps, or delta-orthogonal (centre tap only). */
export type KernelKind = "gaussian" | "delta-orthogonal";

/** A periodic image and the kernel that slides over it. */
export interface ConvolutionGeometry {
  /** Image height and width. */
  readonly size: readonly [number, number];
  /** Kernel height and width. */
  readonly kernel: readonly [number, number];
  readonly kind: KernelKind;
}

/** One Fourier mode of the covariance. */
export interface ConvolutionMode {
  /** Wave numbers along height and width, 0 .. size - 1. */
  readonly wave: readonly [number, number];
  /** Eigenvalue of the averaging operator, in [-1, 1]; 1 for the uniform mode. */
  readonly averaging: number;
  /** Factor per layer of a small deviation from the fixed point in this mode, averaging * chiC. */
  readonly chi: number;
  /** Layers over which the mode decays (or grows): 1/|log |chi||. */
  readonly depthScale: number;
}

/** (1/k) sum over taps of cos(2 pi m t / n): the Dirichlet kernel, taps centred (even kernels are shifted by half). */
function averagingFactor(wave: number, size: number, taps: number): number {
  const angle = (Math.PI * (wave % size)) / size;
  const denominator = taps * Math.sin(angle);
  return Math.abs(denominator) < 1e-15 ? 1 : Math.sin(taps * angle) / denominator;
}

/**
 * Eigenvalue of the averaging operator (A f)(a) = (1/K) sum_{b in kernel} f(a + b) on a Fourier mode; its modulus for
 * kernels of even size, whose centre lies between pixels.
 *
 * @param wave - wave numbers along height and width.
 * @param geometry - sizes of image and kernel.
 * @example
 * ```ts
 * import { averagingEigenvalue } from "isinglass/signal";
 *
 * averagingEigenvalue([0, 0], { size: [28, 28], kernel: [3, 3], kind: "gaussian" }); // => 1
 * averagingEigenvalue([0, 14], { size: [28, 28], kernel: [3, 3], kind: "gaussian" }); // => -0.3333333333
 * ```
 */
export function averagingEigenvalue(wave: readonly [number, number], geometry: ConvolutionGeometry): number {
  if (geometry.kind === "delta-orthogonal") return 1;
  const { size, kernel } = geometry;
  return averagingFactor(wave[0], size[0], kernel[0]) * averagingFactor(wave[1], size[1], kernel[1]);
}

/**
 * All Fourier modes of the covariance with their depth scales, slowest first.
 *
 * @param field - fixed point of the same variances (`solveMeanField`; sigmaW2 is the weight variance times fan-in, with
 * fan-in = input channels times kernel area).
 * @param geometry - image, kernel and how it is drawn.
 * @returns size[0] * size[1] modes; the first is the uniform one.
 * @throws SpecError when the kernel is larger than the image or a size is not a positive integer.
 * Source: Xiao et al. 2018, equations 2.10-2.12.
 *
 * @example
 * ```ts
 * import { resolveActivation } from "isinglass/networks";
 * import { predictConvolutionModes, solveMeanField } from "isinglass/signal";
 *
 * const field = solveMeanField(resolveActivation("tanh"), { sigmaW2: 1.04, sigmaB2: 2e-5 });
 * predictConvolutionModes(field, { size: [8, 8], kernel: [3, 3], kind: "gaussian" }).length; // => 64
 * ```
 */
export function predictConvolutionModes(field: MeanField, geometry: ConvolutionGeometry): ConvolutionMode[] {
  const { size, kernel } = geometry;
  const sizes = [...size, ...kernel];
  if (!sizes.every((n) => Number.isInteger(n) && n > 0) || kernel[0] > size[0] || kernel[1] > size[1]) {
    throw new SpecError(
      `convolution modes: received image ${size.join("x")} and kernel ${kernel.join("x")}, expected a kernel inside the image.`,
      {
        hint: "Sizes are positive integers, e.g. size [28, 28], kernel [3, 3].",
      },
    );
  }
  const modes: ConvolutionMode[] = [];
  for (let i = 0; i < size[0]; i++) {
    for (let j = 0; j < size[1]; j++) {
      const averaging = averagingEigenvalue([i, j], geometry);
      const chi = averaging * field.chiC.value;
      modes.push({ wave: [i, j], averaging, chi, depthScale: depthScale(chi) });
    }
  }
  return modes.sort((a, b) => Math.abs(b.averaging) - Math.abs(a.averaging));
}
