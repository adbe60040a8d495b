/** Variances of groups of layers: each is tried larger and smaller, and what gains is kept before the next group. */
import { type LayerVariance, pairedDifference, scaleGroup } from "../../flow/index.ts";
import type { Candidate, GroupTrial } from "./types.ts";
import { candidateAt, globalVariances, KEPT_SIGMAS, type Work } from "./work.ts";

/** Factors on the weight variances of a group. */
export const FACTORS: { readonly up: number; readonly down: number } = { up: 1.3, down: 1 / 1.3 };

/** The variances after all group steps before `until`, and what was tried. */
export function tunedGroups(
  work: Work,
  until: string | null,
): { readonly variances: LayerVariance[]; readonly trials: GroupTrial[]; readonly best: Candidate } {
  let variances = globalVariances(work);
  let best = candidateAt(work, "tuned") as Candidate;
  const trials: GroupTrial[] = [];
  for (const [k, group] of work.groups.entries()) {
    const start = variances;
    for (const direction of ["up", "down"] as const) {
      const label = `group ${k + 1} ${direction}`;
      // both directions begin at the same variances
      if (label === until || until === `group ${k + 1} up`) return { variances: start, trials, best };
      const candidate = candidateAt(work, label);
      if (candidate === null) return { variances: start, trials, best };
      if (until === `group ${k + 1} down` && direction === "up") continue;
      const { sigmas, difference } = pairedDifference(best.values, candidate.values);
      const isKept = Number.isNaN(sigmas) ? difference.value > 0 : sigmas > KEPT_SIGMAS;
      trials.push({
        layers: start.slice(...group).map(({ layer }) => layer),
        ...{ factor: FACTORS[direction], sigmas, isKept },
      });
      if (isKept) {
        variances = scaleGroup(start, group as [number, number], FACTORS[direction]);
        best = candidate;
      }
    }
  }
  return { variances, trials, best };
}
