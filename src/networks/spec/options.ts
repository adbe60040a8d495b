/** The `key=value` words of a text specification: names, what each accepts, and how it enters the JSON form. */
import { nearestWord, SpecError } from "../../base/index.ts";
import type { InitializationSpec, NetworkSpec, SchemeName } from "./types.ts";
import { failAt, type Word } from "./words.ts";

/** What options may set; absent fields keep their defaults. */
export interface SpecOptions {
  readonly activation?: string;
  readonly output?: string;
  readonly normalization?: NetworkSpec["normalization"];
  readonly padding?: NetworkSpec["padding"];
  readonly bias?: boolean;
  readonly keepRate?: number;
  readonly scheme?: SchemeName;
  readonly sigmaW2?: number;
  readonly sigmaB2?: number;
  readonly sigmaV2?: number;
  readonly sigmaA2?: number;
}

type Reader = (value: Word, fail: (expected: string, hint?: string) => never) => SpecOptions;

function variance(field: "sigmaW2" | "sigmaB2" | "sigmaV2" | "sigmaA2"): Reader {
  return ({ text }, fail) => {
    const value = text.trim() === "" ? Number.NaN : Number(text);
    if (!Number.isFinite(value) || value < 0) fail("a variance, that is a number not below 0");
    return { [field]: value };
  };
}

function choice<T extends string>(values: readonly T[], wrap: (value: T) => SpecOptions): Reader {
  return ({ text }, fail) => {
    const value = values.find((candidate) => candidate === text.toLowerCase());
    if (value !== undefined) return wrap(value);
    const nearest = nearestWord(text, values);
    return fail(values.join(", "), nearest === null ? undefined : `Did you mean "${nearest}"?`);
  };
}

/** Names of initialisation schemes. */
export const schemeNames: readonly SchemeName[] = [
  "gaussian",
  "orthogonal",
  "delta-orthogonal",
  "pytorch",
  "he",
  "glorot",
  "lecun",
];

const readers: Readonly<Record<string, Reader>> = {
  sw2: variance("sigmaW2"),
  sb2: variance("sigmaB2"),
  sv2: variance("sigmaV2"),
  sa2: variance("sigmaA2"),
  init: choice(schemeNames, (scheme) => ({ scheme })),
  norm: choice(["none", "batch", "layer"], (normalization) => ({ normalization })),
  padding: choice(["zero", "circular"], (padding) => ({ padding })),
  keep: ({ text }, fail) => {
    const value = text.trim() === "" ? Number.NaN : Number(text);
    if (!(value > 0 && value <= 1)) fail("the probability that dropout keeps a unit, above 0 and up to 1");
    return { keepRate: value };
  },
  bias: choice(["yes", "no"], (value) => ({ bias: value === "yes" })),
  activation: ({ text }) => ({ activation: text }),
  output: ({ text }) => ({ output: text }),
};

/** Reads one `key=value` word. */
export function parseOption(source: string, word: Word): SpecOptions {
  const at = word.text.indexOf("=");
  const key = { text: word.text.slice(0, at), column: word.column };
  const value = { text: word.text.slice(at + 1), column: word.column + at + 1 };
  const reader = readers[key.text.toLowerCase()];
  if (reader === undefined) {
    const nearest = /^drop/i.test(key.text) ? "keep" : nearestWord(key.text, Object.keys(readers));
    const names = Object.keys(readers).join(" ");
    const hint = nearest === null ? `Options: ${names}.` : `Did you mean "${nearest}="? Options: ${names}.`;
    return failAt(source, key, "the name of an option", hint);
  }
  return reader(value, (expected, hint) => failAt(source, value, expected, hint));
}

/**
 * The initialisation that options ask for: without any, PyTorch's default; with a variance and no scheme, Gaussian.
 */
export function initializationOf(options: SpecOptions): InitializationSpec {
  const hasVariance = [options.sigmaW2, options.sigmaB2, options.sigmaV2, options.sigmaA2].some(
    (value) => value !== undefined,
  );
  return {
    scheme: options.scheme ?? (hasVariance ? "gaussian" : "pytorch"),
    sigmaW2: options.sigmaW2 ?? null,
    sigmaB2: options.sigmaB2 ?? null,
    sigmaV2: options.sigmaV2 ?? null,
    sigmaA2: options.sigmaA2 ?? null,
  };
}

/** Schemes whose weight variance is free. */
export const freeSchemes: readonly SchemeName[] = ["gaussian", "orthogonal", "delta-orthogonal"];

/** Throws a SpecError when variances are given to a scheme that fixes its own. */
export function checkInitialization(scheme: InitializationSpec): void {
  if (freeSchemes.includes(scheme.scheme)) return;
  const given = scheme.sigmaW2 ?? scheme.sigmaV2;
  if (given === null) return;
  throw new SpecError(
    `initialisation "${scheme.scheme}": received the weight variance ${given}, but this scheme fixes its own.`,
    { hint: `Use init=gaussian with sw2=${given}, or drop sw2 and sv2.`, data: { scheme } },
  );
}
