/** Options of `flow --scan`, and what they ask for. */
import type { ArgsDef } from "citty";
import { KEPT_SHARE } from "../flow/index.ts";
import type { NetworkSpec } from "../networks/index.ts";
import type { CommandContext } from "./command.ts";
import { readNumber, readRange } from "./options.ts";

/** Options that `--scan` adds. */
export const SCAN_OPTIONS: ArgsDef = {
  scan: { type: "boolean", description: "a map over depth and weight variance instead of one network" },
  weight: {
    type: "string",
    valueHint: "A:B:N",
    default: "0.5:4:15",
    description: "--scan: weight variances, FROM:TO:STEPS or a list",
  },
  bias: {
    type: "string",
    valueHint: "B,...",
    description: "--scan: bias variances (default: the network's)",
  },
  share: {
    type: "string",
    valueHint: "S",
    default: String(KEPT_SHARE),
    description: "--scan: share of the input's Gram entropy that counts as kept",
  },
  train: { type: "string", valueHint: "DEPTHS", description: "--scan: train networks of these depths too" },
  "train-steps": {
    type: "string",
    valueHint: "N",
    default: "200",
    description: "--train: steps of each training",
  },
  "train-rate": {
    type: "string",
    valueHint: "R",
    description: "--train: learning rate times depth (default 0.2); of a GAN the rate itself (0.0005)",
  },
  optimizer: {
    type: "string",
    valueHint: "NAME",
    default: "sgd",
    description: "--train: sgd, momentum, adam, adamw",
  },
  partner: {
    type: "string",
    valueHint: "SPEC",
    description: "--train: NETWORK is one half of a GAN and this the other, which stays as it is",
  },
  compare: {
    type: "string",
    valueHint: "FOLDER",
    description: "--scan: compare with a run folder of trainability instead of training",
  },
};

/** What is scanned. */
export interface Scan {
  readonly sigmaW2: readonly number[];
  readonly sigmaB2: readonly number[];
  readonly share: number;
  readonly depths: readonly number[];
}

/** Reads what is scanned. */
export function readScan({ args }: CommandContext, spec: NetworkSpec): Scan {
  const ascending = (values: readonly number[]): number[] => [...new Set(values)].sort((a, b) => a - b);
  // steps of ranges carry rounding errors, which would show in labels
  const clean = (value: number): number => Number(value.toPrecision(12));
  const whole = { min: 1, max: 1e6, integer: true } as const;
  return {
    sigmaW2: ascending(readRange(args, "weight", { min: 0, open: true }, 15) ?? []).map(clean),
    sigmaB2: ascending(readRange(args, "bias", { min: 0 }, 3) ?? [spec.initialization.sigmaB2 ?? 0]).map(
      clean,
    ),
    share: readNumber(args, "share", { min: 0, max: 1, open: true }) ?? KEPT_SHARE,
    depths: ascending(readRange(args, "train", whole, 5) ?? []),
  };
}
