/** A network in the search: how it is drawn, and how much of the input it keeps over all draws. */
import {
  chainOfNetwork,
  countedDepth,
  drawStream,
  drawWithVariances,
  type FlowProfile,
  type FlowSource,
  type LayerVariance,
  meanOver,
  roundProfile,
  sourceOfSpec,
} from "../../flow/index.ts";
import { buildNetwork, formatNetwork, type NetworkSpec } from "../../networks/index.ts";
import { measureDraw } from "../flow.ts";
import type { Candidate } from "./types.ts";
import type { Work } from "./work.ts";

/** A specification with variances by layer, as a source. */
export function layeredSource(spec: NetworkSpec, variances: readonly LayerVariance[]): FlowSource {
  const network = buildNetwork(spec, { batch: 2 });
  return {
    ...sourceOfSpec(spec),
    initialization: "gaussian, with variances of its own in every layer.",
    open: async (stream, inputRange) =>
      chainOfNetwork(network, drawWithVariances(spec, variances, stream), {
        name: formatNetwork(spec),
        inputRange,
      }),
  };
}

/** Measures all draws of a network. */
export async function measureCandidate(
  { plan, range, options }: Work,
  source: FlowSource,
  signal: AbortSignal,
): Promise<Candidate> {
  const profiles: FlowProfile[] = [];
  const counted = countedDepth(await source.open(drawStream(plan.seed, 0).fork("network"), range));
  const values: number[] = [];
  const { onProgress: _, ...work } = options;
  for (let draw = 0; draw < plan.draws; draw++) {
    const task = { source, plan: { ...plan, kind: "tune" as const }, draw, range, observer: null };
    const measured = await measureDraw(task, { ...work, signal });
    if (!("profile" in measured)) {
      values.push(0);
      continue;
    }
    const profile = roundProfile(measured.profile);
    profiles.push(profile);
    values.push(profile.gram[counted] as number);
  }
  const mean = (pick: (profile: FlowProfile) => readonly number[]): number[] =>
    profiles.length === 0
      ? []
      : Array.from(
          { length: counted + 1 },
          (__, depth) => meanOver(profiles.map((p) => pick(p)[depth] as number)).value,
        );
  return { values, gram: mean(({ gram }) => gram), shannon: mean(({ shannon }) => shannon) };
}
