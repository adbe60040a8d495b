/** Ticks of logarithmic axes that span anything from a fraction of a decade to many. */

/** 1, 2 and 5 times powers of ten within the values above 0; every digit where that leaves fewer than three. */
export function decadeTicks(all: readonly number[]): number[] {
  const values = all.filter((y) => y > 0 && Number.isFinite(y));
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const ticksAt = (digits: readonly number[], margin: number): number[] => {
    const ticks: number[] = [];
    for (let decade = Math.floor(Math.log10(low)); decade <= Math.log10(high); decade++)
      for (const digit of digits) ticks.push(Number((digit * 10 ** decade).toPrecision(1)));
    return ticks.filter((tick) => tick >= low / margin && tick <= margin * high);
  };
  const inside = ticksAt([1, 2, 5], 1.25);
  if (inside.length > 9) return inside.filter((tick) => tick.toExponential(0).startsWith("1"));
  return inside.length < 3 ? ticksAt([1, 2, 3, 4, 5, 6, 7, 8, 9], 1.02) : inside;
}
