/** `--expect` clauses for continuous integration: "chi1 in [0.95,1.05]", "phase = critical", "q < 2". */
import { SpecError } from "../base/index.ts";
import { suggest } from "./suggest.ts";

/** The outcome of one clause. */
export interface Expectation {
  readonly clause: string;
  readonly holds: boolean;
  /** What was found, as text: "chi1 = 0.94". */
  readonly found: string;
}

type Value = number | string | boolean;

const OPERATORS: Readonly<Record<string, (left: Value, right: Value) => boolean>> = {
  "=": (left, right) => left === right,
  "!=": (left, right) => left !== right,
  "<": (left, right) => left < right,
  "<=": (left, right) => left <= right,
  ">": (left, right) => left > right,
  ">=": (left, right) => left >= right,
};

/**
 * Checks a clause against a result. A name is a path in the result ("weightVariance", "theory.chi1"); an object with a
 * `value` stands for that value.
 *
 * @throws SpecError when the clause cannot be read or names nothing in the result
 * @example
 * checkExpectation("chi1 in [0.9,1.1]", { chi1: { value: 1.0 } }).holds; // => true
 */
export function checkExpectation(clause: string, result: Readonly<Record<string, unknown>>): Expectation {
  const interval = /^\s*([\w.]+)\s+in\s*\[\s*([^,\s]+)\s*,\s*([^\]\s]+)\s*\]\s*$/.exec(clause);
  if (interval) {
    const [, name, low, high] = interval as unknown as [string, string, string, string];
    const value = lookUp(name, result, clause);
    const [from, to] = [number(low, clause), number(high, clause)];
    const holds = typeof value === "number" && value >= from && value <= to;
    return { clause, holds, found: `${name} = ${value}` };
  }
  const comparison = /^\s*([\w.]+)\s*(<=|>=|!=|=|<|>)\s*(\S+)\s*$/.exec(clause);
  if (!comparison) throw unreadable(clause);
  const [, name, operator, text] = comparison as unknown as [string, string, string, string];
  const value = lookUp(name, result, clause);
  const wanted: Value =
    typeof value === "number" ? number(text, clause) : typeof value === "boolean" ? text === "true" : text;
  const compare = OPERATORS[operator] as (left: Value, right: Value) => boolean;
  return { clause, holds: compare(value, wanted), found: `${name} = ${value}` };
}

function lookUp(name: string, result: Readonly<Record<string, unknown>>, clause: string): Value {
  let value: unknown = result;
  for (const key of name.split(".")) {
    const holder = value as Readonly<Record<string, unknown>> | null;
    if (typeof holder !== "object" || holder === null || !(key in holder)) {
      const known = typeof holder === "object" && holder !== null ? Object.keys(holder) : [];
      const near = suggest(key, known);
      throw new SpecError(
        `--expect: "${clause}" names "${name}", which the result does not have${near ? `, did you mean ${near}?` : ""}`,
        { hint: `known names: ${known.join(", ")}`, data: { clause, known } },
      );
    }
    value = holder[key];
  }
  if (typeof value === "object" && value !== null && "value" in value) value = value.value;
  if (typeof value === "number" || typeof value === "string" || typeof value === "boolean") return value;
  throw new SpecError(`--expect: "${name}" is neither a number nor a word`, {
    hint: "see the names with --json",
    data: { clause },
  });
}

function number(text: string, clause: string): number {
  const value = Number(text);
  if (Number.isNaN(value)) throw unreadable(clause);
  return value;
}

function unreadable(clause: string): SpecError {
  return new SpecError(
    `--expect: cannot read "${clause}", expected NAME in [A,B] or NAME = VALUE (also < <= > >= !=)`,
    {
      hint: "for example --expect 'chi1 in [0.95,1.05]'",
      data: { clause },
    },
  );
}
