/** Options of `generalize` beside its network and task: sizes, widths, the form of the theory, sampling, and files to draw. */
import { SpecError } from "../base/index.ts";
import {
  type CurveForm,
  curveForms,
  type DeepCurveSampling,
  halvedSizes,
  type PosteriorSampler,
} from "../bayes/index.ts";
import { createStream } from "../numerics/index.ts";
import { checkWritable } from "../runs/index.ts";
import { figureEnding } from "./artifacts.ts";
import type { Arguments, Command, CommandContext } from "./command.ts";
import { readNumber, readRange, readText } from "./options.ts";

/** `--sizes`, or halves of `--train` down to about 10. */
export function readSizes(args: Arguments): number[] {
  const listed = readRange(args, "sizes", { min: 1, integer: true }, 5);
  if (listed !== undefined) return ascending(listed);
  return [...halvedSizes(readNumber(args, "train", { min: 1, max: 20_000, integer: true }) as number)];
}

/** `--widths`, ascending; undefined without it. */
export function readWidths(args: Arguments): number[] | undefined {
  const listed = readRange(args, "widths", { min: 1, integer: true }, 5);
  if (listed !== undefined && args.sizes !== undefined) {
    throw new SpecError("generalize: received --widths and --sizes, expected one of the two", {
      hint: "--widths takes --train examples",
    });
  }
  return listed === undefined ? undefined : ascending(listed);
}

/** `--form`. */
export function readForm(args: Arguments): CurveForm {
  const text = readText(args, "form") ?? "vanilla";
  const known = curveForms.find((form) => form === text);
  if (known !== undefined) return known;
  throw new SpecError(`--form: received "${text}", expected ${curveForms.join(", ")}`, {
    hint: "--form vanilla",
  });
}

/** `--sample` and what goes with it. */
export const SAMPLING_OPTIONS: Command["args"] = {
  sample: { type: "boolean", description: "sample the posterior too, at a temperature above 0" },
  chains: { type: "string", valueHint: "C", default: "2", description: "--sample: chains" },
  samples: {
    type: "string",
    valueHint: "S",
    default: "200",
    description: "--sample: states kept of each chain",
  },
  "burn-in": {
    type: "string",
    valueHint: "B",
    description: "--sample: states before (default 200; langevin: 3000 steps)",
  },
  sampler: {
    type: "string",
    valueHint: "NAME",
    description:
      "--sample: collapsed (one hidden layer, readout integrated; the default there), hmc, langevin (all weights of any depth), unadjusted (Langevin without Metropolis test)",
  },
  thinning: {
    type: "string",
    valueHint: "K",
    description: "--sampler hmc, langevin: states dropped between two that are kept (default 0; langevin: 9)",
  },
};

/** Names of `--sampler`. */
const SAMPLERS: Readonly<Record<string, PosteriorSampler>> = {
  collapsed: "collapsed",
  hmc: "hamiltonian",
  langevin: "langevin",
  unadjusted: "unadjusted",
};

/** `--sample` and its options; undefined without it. `fallback`: the sampler that is taken when none is named. */
export function readSampling(
  { args, seed }: CommandContext,
  depth: number,
  fallback: "collapsed" | "hmc" = depth === 1 ? "collapsed" : "hmc",
): DeepCurveSampling | undefined {
  const given = ["sampler", "thinning"].find((name) => readText(args, name) !== undefined);
  if (args.sample !== true) {
    if (given === undefined) return undefined;
    throw new SpecError(`--${given}: received without --sample`, {
      hint: `--sample --${given} ${args[given]}`,
    });
  }
  const sampler = readSampler(args, depth, fallback);
  if (readNumber(args, "temperature") === 0) {
    throw new SpecError("--sample: received --temperature 0, expected a temperature above 0", {
      hint: "--temperature 0.01; at 0 the posterior lives on the networks that interpolate, where no step can be taken",
    });
  }
  const isLangevin = sampler === "langevin" || sampler === "unadjusted";
  const thinning = readNumber(args, "thinning", { min: 0, integer: true });
  if (sampler === "collapsed" && thinning !== undefined) {
    throw new SpecError("--thinning: received with the collapsed sampler, which keeps every state", {
      hint: "--sampler hmc, or langevin",
    });
  }
  return {
    sampler,
    ...(thinning === undefined ? {} : { thinning }),
    stream: createStream(seed).fork("posterior"),
    chains: readNumber(args, "chains", { min: 1, max: 100, integer: true }) as number,
    samples: readNumber(args, "samples", { min: 8, integer: true }) as number,
    burnIn: readNumber(args, "burn-in", { min: 0, integer: true }) ?? (isLangevin ? 3000 : 200),
  };
}

function readSampler(args: Arguments, depth: number, fallback: string): PosteriorSampler {
  const text = readText(args, "sampler") ?? fallback;
  const sampler = Object.hasOwn(SAMPLERS, text) ? SAMPLERS[text] : undefined;
  if (sampler === undefined) {
    throw new SpecError(`--sampler: received "${text}", expected ${Object.keys(SAMPLERS).join(", ")}`);
  }
  if (sampler === "collapsed" && depth !== 1) {
    throw new SpecError(`--sampler collapsed: covers one hidden layer, received ${depth}`, {
      hint: "--sampler hmc, or langevin",
    });
  }
  return sampler;
}

/** A file to draw into, checked before any work. */
export function readFigurePath(args: Arguments, name: string): string | undefined {
  const path = readText(args, name);
  if (path === undefined) return undefined;
  figureEnding(path);
  checkWritable(path, { force: args.force === true });
  return path;
}

function ascending(values: readonly number[]): number[] {
  return [...new Set(values)].sort((a, b) => a - b);
}
