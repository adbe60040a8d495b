/** Changes of the architecture, round by round: those that the largest losses suggest are tried, and the best one is kept. */
import {
  type ArchitectureEdit,
  chainOfNetwork,
  drawStream,
  drawWithVariances,
  type FlowChain,
  findReach,
  type LayerVariance,
  meanOver,
  pairedDifference,
  proposeEdits,
  rankLosses,
  uniformVariances,
} from "../../flow/index.ts";
import { buildNetwork, formatNetwork, type NetworkSpec } from "../../networks/index.ts";
import { tunedGroups } from "./groups.ts";
import type { Candidate, EditTrial } from "./types.ts";
import { candidateAt, globalVariances, KEPT_SIGMAS, type Work } from "./work.ts";

/** Changes of the architecture tried in a round. */
export const EDITS_PER_ROUND = 6;

/** An architecture after some rounds. */
export interface Edited {
  readonly spec: NetworkSpec;
  readonly best: Candidate;
  readonly trials: EditTrial[];
  /** Changes proposed in the round that is not finished. */
  readonly proposals: readonly ArchitectureEdit[];
}

/** The architecture after all finished rounds. */
export async function editedUntil(work: Work, round: number): Promise<Edited> {
  const { plan } = work;
  let { best } = tunedGroups(work, null);
  let { spec } = plan;
  const trials: EditTrial[] = [];
  for (let r = 1; ; r++) {
    const proposals = await proposalsFor(work, spec, best);
    if (r === round) return { spec, best, trials, proposals };
    let next: { readonly spec: NetworkSpec; readonly best: Candidate; readonly gain: number } | null = null;
    const tried = proposals.map((edit, k): EditTrial => {
      const candidate = candidateAt(work, `round ${r} change ${k + 1}`) as Candidate;
      const { sigmas, difference } = pairedDifference(best.values, candidate.values);
      const improves = Number.isNaN(sigmas) ? difference.value > 0 : sigmas > KEPT_SIGMAS;
      if (improves && difference.value > (next?.gain ?? 0))
        next = { spec: edit.spec, best: candidate, gain: difference.value };
      return {
        ...{ round: r, change: edit.change, reason: edit.reason, network: formatNetwork(edit.spec), sigmas },
        ...{ before: meanOver(best.values).value, after: meanOver(candidate.values).value, isKept: false },
      };
    });
    const kept = next as { readonly spec: NetworkSpec; readonly best: Candidate } | null;
    trials.push(
      ...tried.map((trial) => ({
        ...trial,
        isKept: kept !== null && trial.network === formatNetwork(kept.spec),
      })),
    );
    if (kept !== null) ({ spec, best } = kept);
  }
}

/** The change behind a step; null when the round has fewer. */
export async function editOf(work: Work, label: string): Promise<ArchitectureEdit | null> {
  const [, round, , change] = label.split(" ").map(Number);
  const { proposals } = await editedUntil(work, round as number);
  return proposals[(change as number) - 1] ?? null;
}

async function proposalsFor(work: Work, spec: NetworkSpec, best: Candidate): Promise<ArchitectureEdit[]> {
  if (best.gram.length === 0) return [];
  const chain = chainOf(spec, editedVariances(work, spec), work);
  const reach = findReach(best.gram);
  return proposeEdits(
    spec,
    rankLosses(chain, best.gram, best.shannon),
    chain.blocks.map(({ kind }) => kind),
    { reach: reach.isWhole ? null : reach.depth, most: EDITS_PER_ROUND },
  );
}

/** The tuned variances on another architecture: by layer where the layers are the same, else the global ones. */
export function editedVariances(work: Work, spec: NetworkSpec): LayerVariance[] {
  const { variances } = tunedGroups(work, null);
  const known = new Map(variances.map((variance) => [variance.layer, variance]));
  const [global] = globalVariances(work);
  return uniformVariances(spec, global?.sigmaW2 ?? 1, global?.sigmaB2 ?? 0).map(
    (variance) => known.get(variance.layer) ?? variance,
  );
}

function chainOf(spec: NetworkSpec, variances: readonly LayerVariance[], { plan, range }: Work): FlowChain {
  const network = buildNetwork(spec, { batch: 2 });
  return chainOfNetwork(
    network,
    drawWithVariances(spec, variances, drawStream(plan.seed, 0).fork("network")),
    { inputRange: range },
  );
}
