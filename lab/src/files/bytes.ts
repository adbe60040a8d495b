/** Amounts of memory as text. */
import { formatNumber } from "../../../src/figures/basics/index.ts";

const UNITS = ["bytes", "kB", "MB", "GB"] as const;

/** "1.5 GB": powers of 1024, two digits or more. */
export function formatBytes(bytes: number): string {
  const power = Math.min(3, Math.max(0, Math.floor(Math.log2(Math.max(1, bytes)) / 10)));
  return `${formatNumber(bytes / 1024 ** power, 3)} ${UNITS[power]}`;
}
