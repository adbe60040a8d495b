/**
 * From what a user hands over (text, JSON text or a parsed object) to a checked network specification: known
 * activations, and layers that fit together.
 */
import { SpecError } from "../../base/index.ts";
import { resolveActivation } from "../activations/index.ts";
import { checkInitialization, freeSchemes, initializationOf, type SpecOptions } from "./options.ts";
import { validateSpec } from "./schema.ts";
import { traceShapes } from "./shapes.ts";
import { parseText } from "./text.ts";
import type { NetworkSpec } from "./types.ts";

/**
 * The network that a text or a JSON value specifies.
 *
 * Text: `[kind:]item-item-...  [activation]  [key=value ...]`, for example `784-300x50-10 tanh sw2=1.76 sb2=0.05`
 * or `cnn:1x28x28-c32x2-max2-c64x2-gap-10 relu init=he`. JSON: an object (or its text) of schema
 * `isinglass/network/1`. Without an initialisation the PyTorch default is meant; with a variance, Gaussian.
 *
 * @param source - text, JSON text, or the parsed object.
 * @param options - overrides whatever the source says.
 * @throws SpecError with the column (or JSON field) of the first mistake and the nearest valid word; ShapeError when
 * layers do not fit together.
 *
 * @example
 * ```ts
 * import { parseNetwork } from "isinglass/networks";
 *
 * const spec = parseNetwork("784-300x50-10 tanh sw2=1.76 sb2=0.05");
 * spec.layers.length; // => 2
 * spec.initialization.sigmaW2; // => 1.76
 * ```
 */
export function parseNetwork(source: unknown, options: SpecOptions = {}): NetworkSpec {
  const spec =
    typeof source === "string" ? parseString(source, options) : override(validateSpec(source), options);
  requireActivation(spec.activation);
  requireActivation(spec.output);
  checkInitialization(spec.initialization);
  traceShapes(spec);
  return spec;
}

/** Throws unless the activation is known. */
function requireActivation(text: string): void {
  resolveActivation(text);
}

function parseString(source: string, options: SpecOptions): NetworkSpec {
  const text = source.trim();
  if (!text.startsWith("{")) return override(parseText(text), options);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new SpecError(`network JSON: ${(cause as Error).message}.`, {
      hint: "Check quotes and commas, or write the network as text: 784-300x50-10 tanh.",
      cause,
    });
  }
  return override(validateSpec(value), options);
}

/** Replaces the fields that options name. */
function override(spec: NetworkSpec, options: SpecOptions): NetworkSpec {
  const { scheme, sigmaW2, sigmaB2, sigmaV2, sigmaA2, ...rest } = options;
  const given = initializationOf(options);
  const changed: Partial<NetworkSpec> = Object.fromEntries(
    Object.entries(rest).filter(([, value]) => value !== undefined),
  );
  const hasVariance = [sigmaW2, sigmaB2, sigmaV2, sigmaA2].some((value) => value !== undefined);
  if (scheme === undefined && !hasVariance) return { ...spec, ...changed };
  // A variance alone refines the scheme that is there, unless that scheme fixes its variances.
  const kept = spec.initialization;
  const keepsScheme = scheme === undefined && freeSchemes.includes(kept.scheme);
  const initialization = keepsScheme
    ? {
        scheme: kept.scheme,
        sigmaW2: given.sigmaW2 ?? kept.sigmaW2,
        sigmaB2: given.sigmaB2 ?? kept.sigmaB2,
        sigmaV2: given.sigmaV2 ?? kept.sigmaV2,
        sigmaA2: given.sigmaA2 ?? kept.sigmaA2,
      }
    : given;
  return { ...spec, ...changed, initialization };
}
