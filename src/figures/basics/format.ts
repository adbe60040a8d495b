/**
 * Numbers as text: value(error) with the digits that the error allows, never more. 0.43198(12) means
 * 0.43198 +- 0.00012; the error keeps two digits when it starts with 1 (or rounds to 10), else one.
 */
import type { Estimate } from "../../base/index.ts";

/** Digits shown for a value without error: deterministic results are good to more, but nobody reads more. */
const EXACT_DIGITS = 6;
/** Digits shown when the error is unknown. */
const UNKNOWN_DIGITS = 4;
/** Outside of [SMALL, LARGE) numbers are written as 1.2e-7. */
const SMALL = 1e-4;
const LARGE = 1e7;

/**
 * Writes a number with a given count of significant digits, without trailing zeros.
 *
 * @param value any number; infinities become "infinite", NaN "undefined"
 * @param digits significant digits, 1 to 17
 * @example
 * formatNumber(0.00012345, 3); // => "0.000123"
 */
export function formatNumber(value: number, digits: number = EXACT_DIGITS): string {
  if (Number.isNaN(value)) return "undefined";
  if (!Number.isFinite(value)) return value > 0 ? "infinite" : "-infinite";
  if (value === 0) return "0";
  const magnitude = Math.abs(value);
  if (magnitude >= LARGE || magnitude < SMALL) {
    const [mantissa, exponent] = value.toExponential(digits - 1).split("e") as [string, string];
    return `${trimZeros(mantissa)}e${exponent.replace("+", "")}`;
  }
  return trimZeros(Number(value.toPrecision(digits)).toString());
}

/**
 * Writes an estimate as value(error).
 *
 * @param estimate value with one standard error; stderr 0 means exact, null means unknown
 * @returns "0.432(12)", "0.431987" when exact, "0.432(?)" when the error is unknown
 * @example
 * formatEstimate({ value: 0.43198, stderr: 0.0123, n: 5, method: "mean over 5 seeds" }); // => "0.432(12)"
 */
export function formatEstimate(estimate: Pick<Estimate, "value" | "stderr">): string {
  const { value, stderr } = estimate;
  if (!Number.isFinite(value)) return formatNumber(value);
  if (stderr === null || Number.isNaN(stderr)) return `${formatNumber(value, UNKNOWN_DIGITS)}(?)`;
  if (stderr === 0) return formatNumber(value);
  if (!Number.isFinite(stderr)) return `${formatNumber(value, 1)}(infinite)`;
  const magnitude = Math.max(Math.abs(value), stderr);
  const exponent = magnitude >= LARGE || magnitude < SMALL ? Math.floor(Math.log10(magnitude)) : 0;
  const scaled = withError(value / 10 ** exponent, stderr / 10 ** exponent);
  return exponent === 0 ? scaled : `${scaled}e${exponent}`;
}

function withError(value: number, stderr: number): string {
  let order = Math.floor(Math.log10(stderr));
  if (stderr / 10 ** order < 1.95) order -= 1;
  const decimals = Math.max(0, -order);
  const error = Math.round(stderr / 10 ** order) * 10 ** Math.max(0, order);
  const rounded = order > 0 ? Math.round(value / 10 ** order) * 10 ** order : value;
  return `${rounded.toFixed(decimals)}(${error})`;
}

function trimZeros(text: string): string {
  return text.includes(".") ? text.replace(/\.?0+$/, "") : text;
}
