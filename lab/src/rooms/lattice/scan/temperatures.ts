/** Which temperatures a scan goes to: dense where the lattice orders, in an order in which a curve is seen early. */

/** Farthest of them from the middle, as a share of it. */
const REACH = 0.4;
/** Distances from the middle grow with this power of equal steps. */
const POWER = 1.6;

/** Temperatures round `middle`, in ascending order, four digits each. */
export function temperaturesAround(middle: number, count: number): number[] {
  return Array.from({ length: count }, (_, k) => {
    const u = count === 1 ? 0 : (2 * k) / (count - 1) - 1;
    return Number((middle * (1 + REACH * Math.sign(u) * Math.abs(u) ** POWER)).toPrecision(4));
  });
}

/** The same values, coarse ones first: every 2^k-th, then what lies between. */
export function coarseFirst(values: readonly number[]): number[] {
  const order: number[] = [];
  const done = new Set<number>();
  for (let stride = 2 ** Math.ceil(Math.log2(Math.max(1, values.length))); stride >= 1; stride /= 2)
    for (let k = 0; k < values.length; k += stride)
      if (!done.has(k)) {
        done.add(k);
        order.push(values[k] as number);
      }
  return order;
}
