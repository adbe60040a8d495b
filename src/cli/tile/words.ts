/** Option values of `tile`: words from a list, sizes of memory. */
import { SpecError } from "../../base/index.ts";
import type { Arguments } from "../command.ts";
import { readText } from "../options.ts";

/** The package whose counts and layers tilings follow. */
export const HYPERTILING = {
  authors: "Schrauth, Thurn, Goth, Portela, Herdt, Dusel",
  year: 2024,
  title:
    "Hypertiling, a high performance Python library for the generation and visualization of hyperbolic lattices",
  where: "counting of cells",
  id: "arXiv:2309.10844",
} as const;

/** A value out of a list of words. */
export function readWord<T extends string>(value: unknown, name: string, words: readonly T[]): T {
  const word = words.find((w) => w === value);
  if (word === undefined)
    throw new SpecError(`--${name}: received "${value}", expected ${words.join(" or ")}`, {
      hint: `for example --${name} ${words.at(-1)}`,
    });
  return word;
}

const UNITS: Readonly<Record<string, number>> = {
  "": 1,
  k: 1e3,
  m: 1e6,
  g: 1e9,
  t: 1e12,
  ki: 2 ** 10,
  mi: 2 ** 20,
  gi: 2 ** 30,
  ti: 2 ** 40,
};

/** Bytes from "4GB", "512MiB", "1e9". */
export function readBytes(args: Arguments, name: string): number | undefined {
  const text = readText(args, name);
  if (text === undefined) return undefined;
  const parts = /^([\d.]+(?:e\d+)?)\s*([kmgt]?i?)b?$/i.exec(text);
  const unit = UNITS[(parts?.[2] ?? "").toLowerCase()];
  const value = Number(parts?.[1]) * (unit ?? Number.NaN);
  if (!(value > 0))
    throw new SpecError(`--${name}: received "${text}", expected a size such as 4GB or 512MiB`, {
      hint: `--${name} 4GB`,
      data: { option: name, received: text },
    });
  return value;
}

/** Bytes for people. */
export function formatBytes(bytes: number): string {
  const unit = ["B", "KiB", "MiB", "GiB", "TiB"];
  let value = bytes;
  let at = 0;
  while (value >= 1024 && at < unit.length - 1) {
    value /= 1024;
    at++;
  }
  return `${at === 0 ? value : value.toPrecision(3)} ${unit[at]}`;
}
