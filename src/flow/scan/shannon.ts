/** How evenly the pixels of reconstructed pictures are spread: it rises where a block adds noise. */

/**
 * Mean Shannon entropy of examples whose values, shifted to a minimum of 0, are taken as a distribution over pixels;
 * divided by the logarithm of their number, so that a uniform picture has 1.
 *
 * @param values [count, width]
 * @example
 * ```ts
 * import { shannonEntropy } from "isinglass/flow";
 * shannonEntropy(Float32Array.of(0, 1, 1, 0), 1); // => 0.5
 * ```
 */
export function shannonEntropy(values: Float32Array, count: number): number {
  const width = values.length / count;
  let total = 0;
  for (let row = 0; row < count; row++) {
    let least = Number.POSITIVE_INFINITY;
    for (let i = row * width; i < (row + 1) * width; i++) least = Math.min(least, values[i] as number);
    let [sum, weighted] = [0, 0];
    for (let i = row * width; i < (row + 1) * width; i++) {
      const p = (values[i] as number) - least;
      if (p > 0) {
        sum += p;
        weighted += p * Math.log(p);
      }
    }
    // -sum (p/s) log(p/s) = log s - (sum p log p) / s; a constant picture is uniform
    total += sum > 0 ? Math.log(sum) - weighted / sum : Math.log(width);
  }
  return total / count / Math.log(width);
}
