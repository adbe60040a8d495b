/**
 * The answer in words: how deep information gets, which kind of flow it is with the numbers that decided, and whether
 * mean-field theory says the same. The kind is that of most draws, each classified from its own spectra.
 */
import { type Estimate, exact } from "../../base/index.ts";
import {
  compareWithPhase,
  DEFAULT_THRESHOLDS,
  type FlowAgreement,
  type FlowClass,
  type FlowRule,
} from "../classify/index.ts";
import type { Reach } from "./reach.ts";
import type { FlowTheory } from "./theory.ts";
import type { FlowLayer, FlowProfile } from "./types.ts";

/** A number that decided, and what it means. */
export interface DecidingNumber {
  readonly name: string;
  readonly estimate: Estimate;
  readonly meaning: string;
}

/** The answer. */
export interface FlowVerdict {
  readonly kind: FlowClass;
  /** Share of the draws that are of this kind. */
  readonly share: number;
  /** Other kinds that as many draws are of; the draws then do not decide. */
  readonly tiedWith: readonly FlowClass[];
  readonly headline: string;
  readonly reason: string;
  readonly advice: string;
  readonly deciding: readonly DecidingNumber[];
  /** Beside mean-field theory; null where there is none. */
  readonly agreement: FlowAgreement | null;
}

const NAME_OF: Readonly<Record<FlowClass, string>> = {
  subcritical: "subcritical (ordered)",
  critical: "critical",
  supercritical: "supercritical (chaotic)",
  undecided: "undecided",
};

/** Blocks that only change the shape: no depth for the width to bear. */
const SHAPING = "flatten";

/** What advice has to know. */
export interface JudgeOptions {
  /** `tune` takes specifications only. Default "specification". */
  readonly origin?: "specification" | "file";
  /** Minibatches of decoder training. */
  readonly batches?: number;
}

/**
 * Judges a measured flow.
 *
 * @param profiles one for each draw
 * @param layers their average, see `averageProfiles`
 * @param reach see `findReach`
 */
export function judgeFlow(
  profiles: readonly FlowProfile[],
  layers: readonly FlowLayer[],
  reach: Reach,
  theory: FlowTheory | null,
  options: JudgeOptions = {},
): FlowVerdict {
  const counted = layers.filter(({ isCounted }) => isCounted);
  const [first, last] = [counted[0] as FlowLayer, counted.at(-1) as FlowLayer];
  const { kind, share, tiedWith } = commonKind(profiles);
  const draw = profiles.findIndex(({ classification }) => classification.class === kind);
  const typical = (profiles[draw] as FlowProfile).classification;
  const depth = counted.filter((layer) => layer.depth > 0 && layer.kind !== SHAPING).length;
  const agreement =
    theory === null
      ? null
      : compareWithPhase(
          { class: kind, numbers: { ...typical.numbers, depth } },
          {
            phase: theory.phase,
            xiC: exact(theory.xiC, "mean field"),
            maxDepth: exact(theory.maxDepth, "mean field"),
          },
        );
  return {
    ...{ kind, share, tiedWith, agreement },
    headline: headlineOf([kind, ...tiedWith], reach, { last, depth }),
    reason: `${NAME_OF[kind][0]?.toUpperCase()}${NAME_OF[kind].slice(1)}${describeVote(share, tiedWith, profiles.length)}, since ${profiles.length > 1 ? `in draw ${draw + 1} ` : ""}${typical.reason}. ${describeTheory(theory, agreement, depth)}`,
    advice: adviceOf(kind, typical.decidedBy, reach, options),
    deciding: [
      {
        name: "S reconstructed",
        estimate: last.gram,
        meaning: `Gram entropy of what is reconstructed from depth ${last.depth}; the input has ${digits(first.gram.value)}`,
      },
      {
        name: "S forward",
        estimate: last.forward,
        meaning: `of the activations at depth ${last.depth}: near 0 they are alike, above the input's it is noise`,
      },
      {
        name: "largest eigenvalue",
        estimate: last.forwardLargest,
        meaning: `of the activations' Gram spectrum; above ${DEFAULT_THRESHOLDS.dominant} one direction is all there is`,
      },
    ],
  };
}

function commonKind(profiles: readonly FlowProfile[]): Pick<FlowVerdict, "kind" | "share" | "tiedWith"> {
  const count = (kind: FlowClass): number =>
    profiles.filter(({ classification }) => classification.class === kind).length;
  const kinds = Object.keys(NAME_OF) as FlowClass[];
  const kind = kinds.reduce((a, b) => (count(b) > count(a) ? b : a));
  const tiedWith = kinds.filter((other) => other !== kind && count(other) === count(kind));
  return { kind, share: count(kind) / profiles.length, tiedWith };
}

/** How many draws are of the kind, in words. */
function describeVote(share: number, tiedWith: readonly FlowClass[], draws: number): string {
  if (share === 1) return "";
  const own = ` in ${Math.round(share * draws)} of ${draws} draws`;
  if (tiedWith.length === 0) return own;
  const others = tiedWith.map((kind) => NAME_OF[kind]).join(" and ");
  return `${own} (as many are ${others}: these draws do not decide, more of them may; --seeds)`;
}

function headlineOf(
  kinds: readonly FlowClass[],
  { depth, of, isWhole, share }: Reach,
  { last, depth: computing }: { readonly last: FlowLayer; readonly depth: number },
): string {
  const name = kinds.map((kind) => NAME_OF[kind]).join(" or ");
  const flow = kinds[0] === "undecided" && kinds.length === 1 ? "kind of flow" : "flow";
  if (isWhole) {
    return `The input survives ${computing === 1 ? "the only block that counts" : `all ${computing} blocks`} (Gram entropy ${digits(last.gram.value)} at the end); the ${flow} is ${name}.`;
  }
  const percent = `less than ${Math.round(100 * share)} % of its Gram entropy is left`;
  const where =
    depth === 0
      ? `The first block already loses the input (${percent})`
      : `The input is lost behind block ${depth} of ${of}${computing < of ? `, of which ${of - computing} only reshape${of - computing === 1 ? "s" : ""}` : ""} (${percent})`;
  return `${where}; the ${flow} is ${name}.`;
}

function describeTheory(theory: FlowTheory | null, agreement: FlowAgreement | null, depth: number): string {
  if (theory === null) return "No mean-field theory covers this network.";
  const scale = Number.isFinite(theory.xiC)
    ? `ξ_c = ${digits(theory.xiC)}, 6 ξ_c = ${digits(6 * theory.xiC)} and 8 ξ_c = ${digits(8 * theory.xiC)} layers`
    : "ξ_c is infinite";
  const isBeside =
    agreement?.agrees === true && agreement.class === "critical" && theory.phase !== "critical";
  const phase = isBeside
    ? `close enough to critical at this depth, on the ${theory.phase} side`
    : theory.phase;
  const says = agreement === null ? "" : agreement.agrees ? " agrees" : " disagrees";
  return `Mean-field theory${says}: ${phase}, χ₁ = ${digits(theory.chi1)}, ${scale}.${describeWidth(theory, depth)}`;
}

/** Finite width, where it is the tighter bound; why, where the network is deeper. */
function describeWidth({ depthBound: { by, layers } }: FlowTheory, depth: number): string {
  if (by !== "width") return "";
  const why =
    depth <= layers
      ? ""
      : `: it has ${depth}, and beyond as many layers as units gradients of single draws scatter by orders of magnitude`;
  return ` Its width of ${layers} bears about as many layers, fewer than 6 ξ_c${why}.`;
}

function adviceOf(
  kind: FlowClass,
  decidedBy: FlowRule,
  { isWhole }: Reach,
  { origin = "specification", batches }: JudgeOptions,
): string {
  const search =
    origin === "file"
      ? "tune finds the variances that keep the most, for a network given as a specification"
      : "tune finds the variances that keep the most";
  if (kind === "undecided") {
    return decidedBy === "decoders that failed"
      ? "Train the decoders longer (--batches) or at another learning rate (--decoder-rate), then judge."
      : `Train the decoders longer (--batches${batches === undefined ? "" : ` ${4 * batches}`}), then judge; where nothing changes, use fewer or wider layers.`;
  }
  if (isWhole) return `Nothing has to change; ${search}.`;
  const how = { subcritical: "larger weights", critical: "wider layers", supercritical: "smaller weights" }[
    kind
  ];
  return `Use ${how} or fewer layers; ${search}.`;
}

/** Three digits, without an exponent where a person would not write one. */
function digits(value: number): string {
  if (!Number.isFinite(value)) return value > 0 ? "infinite" : String(value);
  if (value !== 0 && Math.abs(value) < 5e-4) return value.toExponential(1);
  return String(Number(value.toPrecision(3)));
}
