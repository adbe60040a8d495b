/** Rows of a picture shared between painters. */

/** Passes start at rows that are multiples of this. */
const BLOCK = 8;

/** Rows of each painter: as equal as multiples of a block allow. */
export function shareRows(ny: number, painters: number): (readonly [number, number])[] {
  const blocks = Math.ceil(ny / BLOCK);
  const count = Math.min(painters, blocks);
  return Array.from({ length: count }, (_, k) => {
    const start = Math.floor((k * blocks) / count) * BLOCK;
    const end = Math.min(ny, Math.floor(((k + 1) * blocks) / count) * BLOCK);
    return [start, end] as const;
  });
}
