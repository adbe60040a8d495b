/**
 * From what a user types to an activation: a name (`tanh`), a name with a parameter (`leaky-relu:0.1`) or an
 * expression of x (`x*sigmoid(1.5*x)`).
 */
import { nearestWord, SpecError } from "../../base/index.ts";
import { elementaryFunctions } from "./elementary.ts";
import { findKinks, firstUndefined, looksHomogeneous, looksOdd } from "./expression/analyse.ts";
import { emit } from "./expression/emit.ts";
import { parseExpression } from "./expression/parse.ts";
import { compile, dependsOnX, differentiate } from "./expression/tree.ts";
import { elu, hardTanh, leakyRelu, linear, relu, selu } from "./piecewise.ts";
import { errorFunction, gelu, geluTanh, sigmoid, silu, sine, softplus, tanh } from "./smooth.ts";
import type { Activation, ScalarFunction } from "./types.ts";

/** Default negative slope of leaky ReLU (Maas et al. 2013, and PyTorch). */
const defaultSlope = 0.01;

interface Entry {
  readonly odd: boolean;
  readonly degree: 1 | null;
  /** Meaning and default of the number after the colon; null when the name takes none. */
  readonly parameter: { readonly name: string; readonly value: number } | null;
  make(parameter: number): ScalarFunction;
}

function fixed(fn: ScalarFunction, odd: boolean, degree: 1 | null = null): Entry {
  return { odd, degree, parameter: null, make: () => fn };
}

const entries: ReadonlyMap<string, Entry> = new Map([
  ["linear", fixed(linear, true, 1)],
  ["relu", fixed(relu, false, 1)],
  [
    "leaky-relu",
    { odd: false, degree: 1, parameter: { name: "negative slope", value: defaultSlope }, make: leakyRelu },
  ],
  ["tanh", fixed(tanh, true)],
  ["erf", fixed(errorFunction, true)],
  ["sigmoid", fixed(sigmoid, false)],
  ["gelu", fixed(gelu, false)],
  ["gelu-tanh", fixed(geluTanh, false)],
  ["silu", fixed(silu, false)],
  ["elu", { odd: false, degree: null, parameter: { name: "alpha", value: 1 }, make: elu }],
  ["selu", fixed(selu, false)],
  ["softplus", fixed(softplus, false)],
  ["hard-tanh", fixed(hardTanh, true)],
  ["sin", fixed(sine, true)],
]);

const aliases: ReadonlyMap<string, string> = new Map([
  ["identity", "linear"],
  ["id", "linear"],
  ["swish", "silu"],
  ["logistic", "sigmoid"],
  ["sine", "sin"],
  ["leakyrelu", "leaky-relu"],
  ["lrelu", "leaky-relu"],
  ["leaky", "leaky-relu"],
  ["hardtanh", "hard-tanh"],
]);

/** Names that stand for an activation, without aliases. */
export const activationNames: readonly string[] = [...entries.keys()];

/** Functions inside expressions: elementary ones and all activations without parameter, `-` written `_`. */
const expressionFunctions: ReadonlyMap<string, ScalarFunction> = new Map([
  ...elementaryFunctions.map((fn) => [fn.name, fn] as const),
  ...[...entries].map(
    ([name, entry]) => [name.replaceAll("-", "_"), entry.make(entry.parameter?.value ?? 0)] as const,
  ),
]);

/**
 * The activation that `text` names or spells out.
 *
 * f, f' and f'' are exact (f' and f'' of an expression by symbolic differentiation). Symmetry, homogeneity and kinks
 * are known for names; for an expression they are decided numerically on [-8, 8], see `expression/analyse.ts`.
 *
 * @param text - a name of `activationNames` (any case; `id`, `lrelu`, `swish` and other usual names too, see docs/specs.md), a name with a parameter
 * (`leaky-relu:0.1`, `elu:0.5`), or an expression of x with + - * / ^, pi, e and functions (`erf(sqrt(pi)*x/2)`).
 * @throws SpecError for an unknown name or a mistake in the expression, with its column and the nearest known name.
 *
 * @example
 * ```ts
 * import { resolveActivation } from "isinglass/networks";
 *
 * const swish = resolveActivation("x*sigmoid(1.5*x)");
 * swish.derivative(0); // => 0.5
 * resolveActivation("leaky-relu:0.1").f(-2); // => -0.2
 * ```
 */
export function resolveActivation(text: string): Activation {
  const source = text.trim();
  const [head = "", parameter, ...rest] = source.split(":");
  const lower = head.trim().toLowerCase();
  const name = aliases.get(lower) ?? lower;
  const entry = entries.get(name);
  if (entry !== undefined && rest.length === 0) return resolveNamed(source, name, entry, parameter);
  if (/^[a-z][\w-]*$/i.test(lower) && !isExpressionWord(source)) throw unknownActivation(source, lower);
  return resolveExpression(source);
}

/** Whether a bare word can only be an expression: "x", or words joined by minus signs such as "x-pi". */
function isExpressionWord(source: string): boolean {
  return /(^|[^\w])x($|[^\w])/.test(source) && !source.includes(":");
}

function unknownActivation(source: string, word: string): SpecError {
  const nearest = nearestWord(word, [...activationNames, ...aliases.keys()]);
  const list = `Known activations: ${activationNames.join(" ")}, or an expression of x such as x*sigmoid(1.5*x).`;
  return new SpecError(
    `activation "${source}", column 1: received "${word}", expected an activation or an expression of x.`,
    {
      hint: nearest === null ? list : `Did you mean "${nearest}"? ${list}`,
      data: { source, column: 1, received: word, suggestion: nearest },
    },
  );
}

function resolveNamed(source: string, name: string, entry: Entry, text: string | undefined): Activation {
  let value = entry.parameter?.value ?? 0;
  if (text !== undefined) {
    if (entry.parameter === null) {
      throw new SpecError(`activation "${source}": received a parameter ":${text}", ${name} takes none.`, {
        hint: `Write "${name}".`,
      });
    }
    value = text.trim() === "" ? Number.NaN : Number(text);
    if (!Number.isFinite(value)) {
      throw new SpecError(
        `activation "${source}", column ${source.indexOf(":") + 2}: received "${text}", expected a number (${entry.parameter.name}).`,
        { hint: `Write "${name}:${entry.parameter.value}".` },
      );
    }
  }
  return { ...entry.make(value), odd: entry.odd, degree: entry.degree };
}

function resolveExpression(source: string): Activation {
  const tree = parseExpression(source, expressionFunctions);
  if (!dependsOnX(tree)) {
    throw new SpecError(`activation "${source}": received a constant, expected a function of x.`, {
      hint: "Write the activation as a function of x, such as x*sigmoid(1.5*x).",
    });
  }
  const log = expressionFunctions.get("log") as ScalarFunction;
  const first = differentiate(tree, log);
  const f = compile(tree);
  const undefinedAt = firstUndefined(f);
  if (undefinedAt !== null) {
    throw new SpecError(
      `activation "${source}": received ${f(undefinedAt)} at x = ${undefinedAt}, expected a finite number on [-8, 8].`,
      { hint: "Keep arguments of log and sqrt positive and denominators away from 0, e.g. log(1+x^2)." },
    );
  }
  return {
    name: source,
    f,
    derivative: compile(first),
    secondDerivative: compile(differentiate(first, log)),
    kinks: findKinks(tree),
    odd: looksOdd(f),
    degree: looksHomogeneous(f),
    build: (builder, x) => emit(builder, tree, x),
  };
}
