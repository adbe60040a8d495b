/** Numbers so close to one that their difference from one is what matters: written as that difference, with its sign. */
import type { Estimate } from "../../base/index.ts";
import { formatEstimate, formatNumber } from "../basics/index.ts";

/** From here on the difference is written. */
const NEAR = 1e-3;
/** Below this the difference is rounding of 64-bit numbers. */
const ROUNDING = 1e-13;

/** A value with its error. */
type Valued = Pick<Estimate, "value" | "stderr">;

/** Whether the difference from one is written instead of the number. */
export function isNearOne(value: number): boolean {
  const distance = Math.abs(value - 1);
  return distance < NEAR && distance > ROUNDING;
}

/** An estimate as "1 − 2.3(4)e-5" near one, as "0.432(12)" elsewhere; `digits` for values without error. */
export function formatAroundOne({ value, stderr }: Valued, digits: number): string {
  const write = (number: number, places: number): string =>
    stderr === 0 ? formatNumber(number, places) : formatEstimate({ value: number, stderr });
  if (!isNearOne(value)) return write(value, digits);
  return `1 ${value < 1 ? "−" : "+"} ${write(Math.abs(value - 1), Math.min(3, digits))}`;
}

/** A named number as "χ₁ − 1 = −2.3e-5" near one, as the number elsewhere. */
export function formatNamedAroundOne(name: string, estimate: Valued, digits: number): string {
  if (!isNearOne(estimate.value)) return formatAroundOne(estimate, digits);
  const difference = formatAroundOne(estimate, digits).replace(/^1 ([−+]) /, (_, sign) =>
    sign === "+" ? "+" : "−",
  );
  return `${name} − 1 = ${difference}`;
}
