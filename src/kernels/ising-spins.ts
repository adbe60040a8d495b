/**
 * Spins of the bit-parallel square kernel, one byte a site and back. A sublattice row keeps its sites in order of x; with the
 * layout "sites" bit b of word w is site b words + w of the row, with "replicas" bit b belongs to copy b and word w to site w.
 */

/** Where the kernel keeps one lattice. */
export interface PackedLattice {
  /** Sublattices x + y even, and odd: rows times words vectors of four 32-bit numbers, bit 1 = spin -1. */
  readonly even: Uint32Array;
  readonly odd: Uint32Array;
  readonly columns: number;
  readonly rows: number;
  readonly layout: "replicas" | "sites";
}

/** Writes +1 and -1 by site x + columns y; `copy` counts for replicas only. */
export function unpackSpins(lattice: PackedLattice, out: Int8Array, copy: number): void {
  const { columns, rows, layout } = lattice;
  const half = columns / 2;
  const words = layout === "sites" ? half / 128 : half;
  for (let y = 0; y < rows; y++)
    for (const colour of [0, 1]) {
      const bits = colour === 0 ? lattice.even : lattice.odd;
      const row = 4 * words * y;
      // even columns come first in even rows of the even sublattice and odd rows of the other
      const first = columns * y + ((y + colour) & 1);
      if (layout === "replicas") {
        for (let w = 0; w < words; w++) {
          const word = bits[row + 4 * w + (copy >> 5)] as number;
          out[first + 2 * w] = 1 - (((word >>> (copy & 31)) & 1) << 1);
        }
        continue;
      }
      for (let w = 0; w < words; w++)
        for (let part = 0; part < 4; part++) {
          let word = bits[row + 4 * w + part] as number;
          let at = first + 2 * (32 * part * words + w);
          for (let bit = 0; bit < 32; bit++) {
            out[at] = 1 - ((word & 1) << 1);
            word >>>= 1;
            at += 2 * words;
          }
        }
    }
}

/** The inverse of `unpackSpins`; every replica starts from the same spins. */
export function packSpins(lattice: PackedLattice, spins: ArrayLike<number>): void {
  const { columns, rows, layout } = lattice;
  const half = columns / 2;
  const words = layout === "sites" ? half / 128 : half;
  for (let y = 0; y < rows; y++)
    for (const colour of [0, 1]) {
      const bits = colour === 0 ? lattice.even : lattice.odd;
      const row = 4 * words * y;
      const first = columns * y + ((y + colour) & 1);
      for (let w = 0; w < words; w++)
        for (let part = 0; part < 4; part++) {
          let word = 0;
          for (let bit = 0; bit < 32; bit++) {
            const site = layout === "sites" ? (32 * part + bit) * words + w : w;
            if ((spins[first + 2 * site] as number) < 0) word |= 1 << bit;
          }
          bits[row + 4 * w + part] = word;
        }
    }
}
