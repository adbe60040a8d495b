/**
 * Subcritical, critical or supercritical, from the spectra of the forward activations and of the reconstructed inputs. Rule:
 * an ordered network ends in one dominant eigenvalue; a chaotic one has a rich forward spectrum from which nothing can be
 * reconstructed; what keeps the input's information is critical at that depth. Where eigenvalues leave it open, the slope of
 * log(1 - c) decides, and where forward spectrum and reconstruction contradict each other (reconstruction lost although the
 * activations are neither alike nor noise) or decoders have not learned, nothing does: the flow is then undecided. Every
 * number that decided is part of the result.
 */
import { SpecError } from "../../base/index.ts";
import { entropyOf, type GramSpectrum } from "../spectra/index.ts";
import type { DecoderState } from "./learning.ts";
import { type DecorrelationSlope, fitDecorrelation } from "./slope.ts";

/** "undecided": the reconstruction is lost, for reasons that may lie in the decoders. */
export type FlowClass = "subcritical" | "critical" | "supercritical" | "undecided";

/** Which comparison settled the class. */
export type FlowRule =
  | "largest eigenvalue"
  | "forward entropy lost"
  | "forward entropy gained, reconstruction lost"
  | "reconstruction kept"
  | "slope of the decorrelation"
  | "decoders that failed"
  | "reconstruction lost, forward spectrum not";

/** Thresholds of the rule; defaults in `DEFAULT_THRESHOLDS`. */
export interface FlowThresholds {
  /** Forward lambda_max above this is one dominant eigenvalue. */
  readonly dominant: number;
  /** Forward entropy below this share of the input's is lost. */
  readonly lostForward: number;
  /** Forward entropy this far above the input's is noise that was added. */
  readonly gained: number;
  /** Reconstructed entropy below this share of the input's counts as lost where the forward entropy has grown. */
  readonly lostReconstruction: number;
  /** Reconstructed entropy above this share of the best of the scan (or of the input, without a scan) is kept. */
  readonly kept: number;
  /** Slope times depth below this is exponential merging of inputs; a power law of exponent 2 (ReLU) is still above. */
  readonly merging: number;
  /** Slope times depth above this is a plateau: inputs stay unlike. In between they merge as a power, as at criticality. */
  readonly plateau: number;
  /** Slope times depth above this (and two of its errors): inputs become unlike, whatever the entropy is so far. */
  readonly parting: number;
  /** Below this share of the input's reconstructed entropy nothing that is reconstructed is left to be critical. */
  readonly left: number;
}

export const DEFAULT_THRESHOLDS: FlowThresholds = {
  dominant: 0.95,
  lostForward: 0.1,
  gained: 0.02,
  lostReconstruction: 0.5,
  kept: 0.8,
  merging: -3,
  plateau: -0.5,
  parting: 0.1,
  left: 0.1,
};

/** Without a scan to compare with, this share of the input's entropy counts as kept. */
const KEPT_OF_INPUT = 1 / 3;

/** What is classified. Spectra are indexed by depth: 0 is the input. */
export interface FlowEvidence {
  /** Spectra of forward activations x_0 .. x_L, uncentred ones if theory is to be compared. */
  readonly forward: readonly GramSpectrum[];
  /** Spectra of the reconstructed batches R_0 (the input) .. R_L. */
  readonly reconstructed: readonly GramSpectrum[];
  /** 1 - mean cosine of forward pairs at layers 0 .. L; default: that of `forward`. */
  readonly decorrelation?: ArrayLike<number>;
  /** Reconstructed entropies at the same depth of the other points of a scan (over log n). */
  readonly scan?: ArrayLike<number>;
  /** What became of the decoders of depths 1 .. L; null for those without parameters. Default: they have learned. */
  readonly decoders?: readonly (DecoderState | null)[];
}

/** The class and the numbers behind it. */
export interface FlowClassification {
  readonly class: FlowClass;
  readonly decidedBy: FlowRule;
  /** One sentence with the numbers that decided. */
  readonly reason: string;
  readonly numbers: FlowNumbers;
  readonly thresholds: FlowThresholds;
}

/** Numbers of the rule; entropies over log n. */
export interface FlowNumbers {
  readonly depth: number;
  /** Largest forward eigenvalue at depth L. */
  readonly lambdaMax: number;
  /** S(0) of the forward input spectrum. */
  readonly inputEntropy: number;
  /** S_fwd(L). */
  readonly forwardEntropy: number;
  /** S(0) of the reconstructed input spectrum. */
  readonly inputReconstructedEntropy: number;
  /** S_rec(L). */
  readonly reconstructedEntropy: number;
  readonly forwardRatio: number;
  readonly reconstructedRatio: number;
  /** Largest reconstructed entropy of the scan, this point included; null without a scan. */
  readonly bestOfScan: number | null;
  /** Null when too few layers are above rounding. */
  readonly slope: DecorrelationSlope | null;
}

/**
 * Classifies one network at its depth.
 *
 * In this order: lambda_max > 0.95 or S_fwd(L) < 0.1 S(0): subcritical, unless inputs merge only as a power of the depth
 * and S_rec(L) >= 0.1 S(0) (very deep critical networks); a decoder failed: undecided; S_fwd(L) > S(0) + 0.02
 * and S_rec(L) < S(0)/2: supercritical; S_rec(L) at least 0.8 of the best of the scan (without a scan: a third of S(0)):
 * critical; else by the slope of log(1 - c): slope times depth below -3 is subcritical (inputs merge exponentially), above
 * -0.5 supercritical (they stay unlike) when S_fwd(L) >= S(0) - 0.02, and above 0.1 always (they become unlike); in between
 * critical (they merge at most as a power of the depth) when S_rec(L) >= 0.1 S(0). What is left is undecided, and so are
 * classes by the slope while decoders are still learning.
 *
 * @param evidence - spectra by depth and, optionally, decorrelations and the entropies of a scan.
 * @param thresholds - to replace some of the defaults.
 * @throws SpecError when fewer than two depths are given or forward and reconstructed spectra differ in number.
 * @example
 * ```ts
 * import { classifyFlow, predictEquicorrelated } from "isinglass/flow";
 *
 * const forward = [0.5, 0.9, 0.99].map((c) => predictEquicorrelated(64, c));
 * classifyFlow({ forward, reconstructed: forward }).class; // => "subcritical"
 * ```
 */
export function classifyFlow(
  evidence: FlowEvidence,
  thresholds: Partial<FlowThresholds> = {},
): FlowClassification {
  const limits = { ...DEFAULT_THRESHOLDS, ...thresholds };
  const numbers = numbersOf(evidence);
  const [flowClass, decidedBy, reason] = decide(numbers, limits, evidence.decoders ?? []);
  return { class: flowClass, decidedBy, reason, numbers, thresholds: limits };
}

function numbersOf({ forward, reconstructed, decorrelation, scan }: FlowEvidence): FlowNumbers {
  if (forward.length < 2 || forward.length !== reconstructed.length) {
    throw new SpecError(
      `classifyFlow: received ${forward.length} forward and ${reconstructed.length} reconstructed spectra, expected the same number, at least 2.`,
      { hint: "Index 0 is the input in both." },
    );
  }
  const ahead = relativeToFirst(forward);
  const back = relativeToFirst(reconstructed);
  const others = Array.from(scan ?? []).filter(Number.isFinite);
  const last = forward.at(-1) as GramSpectrum;
  return {
    depth: forward.length - 1,
    lambdaMax: last.eigenvalues[0] as number,
    inputEntropy: ahead.first,
    forwardEntropy: ahead.last,
    inputReconstructedEntropy: back.first,
    reconstructedEntropy: back.last,
    forwardRatio: ahead.ratio,
    reconstructedRatio: back.ratio,
    bestOfScan: others.length === 0 ? null : Math.max(back.last, ...others),
    slope: fitDecorrelation(decorrelation ?? forward.map((spectrum) => spectrum.decorrelation)),
  };
}

/** Entropy of the first and the last spectrum and their ratio; 0 when the first carries none. */
function relativeToFirst(spectra: readonly GramSpectrum[]): {
  readonly first: number;
  readonly last: number;
  readonly ratio: number;
} {
  const first = entropyOf(spectra[0] as GramSpectrum);
  const last = entropyOf(spectra.at(-1) as GramSpectrum);
  return { first, last, ratio: first > 0 ? last / first : 0 };
}

function decide(
  at: FlowNumbers,
  limits: FlowThresholds,
  decoders: NonNullable<FlowEvidence["decoders"]>,
): [FlowClass, FlowRule, string] {
  const reference = at.bestOfScan ?? at.inputReconstructedEntropy;
  const needed = at.bestOfScan === null ? KEPT_OF_INPUT : limits.kept;
  const share = reference > 0 ? at.reconstructedEntropy / reference : 0;
  const of = at.bestOfScan === null ? "the input's" : "the best of the scan";
  // at criticality inputs merge as a power of the depth: deep enough, one eigenvalue dominates there too
  const isPower = at.slope !== null && at.slope.overDepth.value >= limits.merging;
  const isDeepCritical = isPower && at.reconstructedRatio >= limits.left;
  if (at.lambdaMax > limits.dominant && !isDeepCritical) {
    const reason = `one eigenvalue holds ${say(at.lambdaMax)} of the forward spectrum (above ${limits.dominant})`;
    return ["subcritical", "largest eigenvalue", reason];
  }
  if (at.forwardRatio < limits.lostForward && !isDeepCritical) {
    const reason = `forward entropy ${say(at.forwardEntropy)} is ${say(at.forwardRatio)} of the input's (below ${limits.lostForward})`;
    return ["subcritical", "forward entropy lost", reason];
  }
  if (decoders.includes("failed")) {
    const reason = `${depthsOf(decoders, "failed")} no better than a constant, and no longer learning`;
    return ["undecided", "decoders that failed", reason];
  }
  const gain = at.forwardEntropy - at.inputEntropy;
  if (gain > limits.gained && at.reconstructedRatio < limits.lostReconstruction) {
    const reason = `forward entropy rose by ${say(gain)} while ${say(at.reconstructedRatio)} of the input's is reconstructed (below ${limits.lostReconstruction})`;
    return ["supercritical", "forward entropy gained, reconstruction lost", reason];
  }
  if (share >= needed) {
    const reason = `reconstructed entropy ${say(at.reconstructedEntropy)} is ${say(share)} of ${of} (at least ${say(needed)})`;
    return ["critical", "reconstruction kept", reason];
  }
  const lost = `reconstructed entropy is ${say(share)} of ${of}`;
  const isLearning = decoders.includes("unfinished");
  const [found, meaning] = isLearning ? [null, ""] : bySlope(at, limits);
  if (found === null) {
    const why = isLearning
      ? `${depthsOf(decoders, "unfinished")} still learning`
      : "decoders may need more minibatches, or layers more units";
    const reason = `${lost} although the forward spectrum is not lost (${say(at.forwardEntropy)}, the input's is ${say(at.inputEntropy)}): ${why}`;
    return ["undecided", "reconstruction lost, forward spectrum not", reason];
  }
  return [found, "slope of the decorrelation", `${lost} and ${meaning}`];
}

/** The class that the slope alone shows, with its meaning; null where forward spectrum or reconstruction contradict it. */
function bySlope(at: FlowNumbers, limits: FlowThresholds): [FlowClass, string] | [null, ""] {
  if (at.slope === null) return [null, ""];
  const { value, stderr } = at.slope.overDepth;
  const slope = `the slope of log(1 - c) times the depth is ${say(value)}`;
  if (value < limits.merging) {
    return ["subcritical", `${slope} (below ${limits.merging}: inputs merge exponentially)`];
  }
  if (value > limits.parting && value > 2 * (stderr ?? 0)) {
    return ["supercritical", `${slope} (above ${limits.parting}: inputs become unlike)`];
  }
  if (value > limits.plateau && at.forwardEntropy >= at.inputEntropy - limits.gained) {
    return ["supercritical", `${slope} (above ${limits.plateau}: inputs stay unlike)`];
  }
  if (value <= limits.parting && at.reconstructedRatio >= limits.left) {
    const meaning =
      value <= limits.plateau
        ? `between ${limits.merging} and ${limits.plateau}: inputs merge as a power of the depth`
        : `below ${limits.parting}: inputs hardly merge, and the forward entropy has not grown`;
    return ["critical", `${slope} (${meaning})`];
  }
  return [null, ""];
}

function say(value: number): string {
  return value.toPrecision(3);
}

/** "the decoders of depths 2 and 3 are", for the first few of a state. */
function depthsOf(decoders: readonly (DecoderState | null)[], state: DecoderState): string {
  const depths = decoders.flatMap((found, i) => (found === state ? [i + 1] : []));
  if (depths.length === 1) return `the decoder of depth ${depths[0]} is`;
  const MOST = 6;
  const more = depths.length > MOST ? ` and ${depths.length - MOST} more` : "";
  return `the decoders of depths ${depths.slice(0, MOST).join(", ")}${more} are`;
}
