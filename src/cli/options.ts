/** Options that every command has, and typed readers for option values with errors that name the option. */
import type { ArgsDef } from "citty";
import { SpecError } from "../base/index.ts";
import type { Arguments } from "./command.ts";

/** Options of every command. */
export const COMMON_OPTIONS: ArgsDef = {
  json: { type: "boolean", description: "print one JSON document" },
  csv: { type: "boolean", description: "print a table as comma-separated values" },
  expect: {
    type: "string",
    valueHint: "CLAUSE",
    description: "exit 1 unless it holds: 'chi1 in [0.95,1.05]', 'phase = critical'; repeatable",
  },
  seed: { type: "string", valueHint: "N", default: "1", description: "seed of the random numbers" },
  threads: { type: "string", valueHint: "N", description: "threads to use" },
  force: { type: "boolean", description: "overwrite existing output files" },
  quiet: { type: "boolean", description: "no progress and no notes" },
  verbose: { type: "boolean", description: "more detail, and the stack of errors" },
  color: { type: "boolean", description: "colour on or off (--no-color)" },
  help: { type: "boolean", alias: "h", description: "show examples and options" },
};

/** Bounds of a numeric option. */
export interface NumberBounds {
  readonly min?: number;
  readonly max?: number;
  /** The bounds themselves are not allowed. */
  readonly open?: boolean;
  readonly integer?: boolean;
}

/**
 * Reads a numeric option.
 *
 * @throws SpecError when it is no number or out of bounds
 * @example
 * readNumber({ seed: "3" }, "seed", { min: 0, integer: true }); // => 3
 */
export function readNumber(args: Arguments, name: string, bounds: NumberBounds = {}): number | undefined {
  const text = args[name];
  if (text === undefined || typeof text === "boolean") return undefined;
  const value = text.trim() === "" ? Number.NaN : Number(text);
  const { min = Number.NEGATIVE_INFINITY, max = Number.POSITIVE_INFINITY, open = false, integer } = bounds;
  const inside = open ? value > min && value < max : value >= min && value <= max;
  if (!Number.isFinite(value) || !inside || (integer && !Number.isInteger(value))) {
    throw new SpecError(`--${name}: received "${text}", expected ${describeBounds(bounds)}`, {
      hint: `give --${name} ${describeBounds(bounds)}`,
      data: { option: name, received: text },
    });
  }
  return value;
}

/** Reads a numeric option that has to be there. */
export function requireNumber(args: Arguments, name: string, bounds: NumberBounds, example: string): number {
  const value = readNumber(args, name, bounds);
  if (value === undefined) {
    throw new SpecError(`--${name} is missing, expected ${describeBounds(bounds)}`, { hint: example });
  }
  return value;
}

/** Reads a text option; "" counts as missing. */
export function readText(args: Arguments, name: string): string | undefined {
  const text = args[name];
  return typeof text === "string" && text !== "" ? text : undefined;
}

/**
 * Reads a range "a:b" or "a:b:steps", or a list "a,b,c".
 *
 * @throws SpecError when it is neither
 * @example
 * readRange({ depths: "10:30:3" }, "depths", { min: 1 }, 5); // => [10, 20, 30]
 */
export function readRange(
  args: Arguments,
  name: string,
  bounds: NumberBounds,
  defaultSteps: number,
): number[] | undefined {
  const text = readText(args, name);
  if (text === undefined) return undefined;
  const one = (part: string): number => readNumber({ [name]: part }, name, bounds) as number;
  if (!text.includes(":")) return text.split(",").map(one);
  const parts = text.split(":");
  const steps = parts.length === 3 ? Number(parts[2]) : defaultSteps;
  if (parts.length > 3 || parts.length < 2 || !Number.isInteger(steps) || steps < 2) {
    throw new SpecError(`--${name}: received "${text}", expected FROM:TO, FROM:TO:STEPS or a list A,B,C`, {
      hint: `for example --${name} 1:3:${defaultSteps}`,
    });
  }
  const from = one(parts[0] as string);
  const to = one(parts[1] as string);
  return Array.from({ length: steps }, (_, i) => {
    const value = from + ((to - from) * i) / (steps - 1);
    return bounds.integer ? Math.round(value) : value;
  });
}

function describeBounds({ min, max, open = false, integer = false }: NumberBounds): string {
  const noun = integer ? "a whole number" : "a number";
  if (min !== undefined && max !== undefined) return `${noun} between ${min} and ${max}`;
  if (min !== undefined) return open ? `${noun} above ${min}` : `${noun} of at least ${min}`;
  if (max !== undefined) return open ? `${noun} below ${max}` : `${noun} of at most ${max}`;
  return noun;
}
