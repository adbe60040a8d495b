/** What `tune` searches: the box of variances, the usual initialisations beside it, and how long. */
import { SpecError } from "../base/index.ts";
import { type SearchAxis, sourceOfSpec } from "../flow/index.ts";
import type { InitializationSpec, NetworkSpec } from "../networks/index.ts";
import type { FlowSettings, NamedInitialization, TunePlan } from "../runs/index.ts";
import { solveReachableCritical } from "../signal/index.ts";
import type { CommandContext } from "./command.ts";
import { readNumber, readText } from "./options.ts";

/** Bias variance at which saturating activations are compared when nothing else is said. */
const USUAL_BIAS = 0.05;

/** The plan of a tuning. */
export function planOf(
  context: CommandContext,
  spec: NetworkSpec,
  data: string,
  settings: FlowSettings,
): TunePlan {
  const { axes, sigmaB2 } = readAxes(context, spec);
  return {
    ...settings,
    ...{ spec, axes, sigmaB2, data, seed: context.seed, version: context.version },
    evaluations: readCount(context, "evaluations", 18, 3),
    groups: readCount(context, "layers", 0),
    rounds: readCount(context, "architecture", 0),
    references: referencesOf(spec, sigmaB2),
  };
}

function readCount({ args }: CommandContext, name: string, fallback: number, min = 0): number {
  return readNumber(args, name, { min, max: 1000, integer: true }) ?? fallback;
}

/** The box that is searched. */
function readAxes(
  { args }: CommandContext,
  spec: NetworkSpec,
): { readonly axes: SearchAxis[]; readonly sigmaB2: number } {
  const range = (name: string, open: boolean): number[] => {
    const parts = (readText(args, name) ?? "").split(":");
    const values = parts.map((part) => readNumber({ [name]: part }, name, { min: 0, open }) as number);
    if (values.length > 2 || (values.length === 2 && (values[0] as number) >= (values[1] as number))) {
      throw new SpecError(
        `--${name}: received "${readText(args, name)}", expected FROM:TO with FROM below TO`,
        {
          hint: `--${name} ${name === "weight" ? "0.25:6" : "0:0.5"}`,
        },
      );
    }
    return values;
  };
  const [min = 0.25, max] = range("weight", true);
  if (max === undefined)
    throw new SpecError(`--weight: received ${min}, expected FROM:TO`, { hint: "--weight 0.25:6" });
  const weight: SearchAxis = { name: "weight variance", min, max, spacing: "log" };
  const bias = spec.bias ? range("bias", false) : [0];
  if (bias.length === 1) return { axes: [weight], sigmaB2: bias[0] as number };
  const [from = 0, to = 0.5] = bias;
  return {
    axes: [weight, { name: "bias variance", min: from, max: to, spacing: "root" }],
    sigmaB2: spec.initialization.sigmaB2 ?? USUAL_BIAS,
  };
}

/** The given initialisation first, then the usual ones. */
function referencesOf(spec: NetworkSpec, sigmaB2: number): NamedInitialization[] {
  const usual = (scheme: InitializationSpec["scheme"]): InitializationSpec => ({
    ...{ scheme, sigmaW2: null, sigmaB2: null, sigmaV2: null, sigmaA2: null },
  });
  const { activation } = sourceOfSpec(spec).coverage;
  const critical = activation === null ? null : solveReachableCritical(activation, sigmaB2);
  const named: NamedInitialization[] = [
    { name: "pytorch", initialization: usual("pytorch") },
    { name: "he", initialization: usual("he") },
    { name: "glorot", initialization: usual("glorot") },
    ...(critical === null
      ? []
      : [
          {
            name: "critical",
            initialization: {
              ...usual("gaussian"),
              sigmaW2: Number(critical.sigmaW2.toPrecision(8)),
              sigmaB2: critical.sigmaB2,
            },
          },
        ]),
  ];
  const own = spec.initialization;
  return own.scheme === "pytorch" && own.sigmaB2 === null
    ? named
    : [...named, { name: "given", initialization: own }];
}
