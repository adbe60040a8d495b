/** Numbers in sentences. */

/** Two digits, or as many as asked for. */
export function round(value: number, digits = 2): string {
  return Number.isFinite(value) ? String(Number(value.toPrecision(digits))) : "infinitely many";
}

/** A number that may be very small or large. */
export function scientific(value: number): string {
  if (value === 0 || !Number.isFinite(value)) return String(value);
  return value >= 0.01 && value < 1e4 ? round(value, 3) : value.toExponential(1).replace("+", "");
}
