/**
 * Tuning in a run folder: the weight and bias variances with the most reconstructed information at the last depth that
 * counts, then those of groups of layers, then, where asked for, changes of the architecture. Every measurement is a step;
 * what is measured next follows from the steps before, so a run that was killed continues with the same numbers.
 */
import {
  type ArchitectureEdit,
  atVariances,
  chainOfNetwork,
  countedDepth,
  drawStream,
  drawWithVariances,
  estimateOptimum,
  type FlowChain,
  type FlowProfile,
  type FlowSource,
  findReach,
  groupLayers,
  type InputRange,
  type LayerVariance,
  meanOver,
  type Optimum,
  pairedDifference,
  proposeEdits,
  proposePoint,
  rangeOfData,
  rankLosses,
  roundProfile,
  scaleGroup,
  sourceOfSpec,
  type Trial,
  uniformVariances,
} from "../flow/index.ts";
import { buildNetwork, formatNetwork, type NetworkSpec } from "../networks/index.ts";
import { executeRun } from "./execute.ts";
import { type FlowRunOptions, measureDraw, requireFlowData } from "./flow.ts";
import type {
  Candidate,
  EditTrial,
  GroupTrial,
  NamedInitialization,
  TunePlan,
  TuneResult,
} from "./flow-tune-types.ts";
import { openRun, type RunFolder } from "./folder.ts";
import type { JsonValue } from "./manifest.ts";

const FACTORS = { up: 1.3, down: 1 / 1.3 } as const;
/** Gain in standard errors from which a change is kept. */
const KEPT_SIGMAS = 1;
/** Changes of the architecture tried in a round. */
const EDITS_PER_ROUND = 6;

/**
 * Tunes a specification in a run folder, or continues it.
 *
 * Cost: a cascade for each draw of each step: references, evaluations, two for each group, six for each round.
 *
 * @throws InterruptedError when the signal comes, with what is done kept; FormatError when the folder holds another run
 */
export async function tuneFlow(path: string, plan: TunePlan, options: FlowRunOptions): Promise<TuneResult> {
  requireFlowData(options, plan);
  const { spec, version, seed, references, ...rest } = plan;
  const count = <T>(n: number, label: (k: number) => T): T[] => Array.from({ length: n }, (_, k) => label(k));
  const groups = groupLayers(buildNetwork(spec, { batch: 1 }).layers.length, plan.groups);
  const steps = [
    ...references.map(({ name }) => `reference ${name}`),
    ...count(plan.evaluations, (k) => `evaluation ${k + 1}`),
    "tuned",
    ...count(groups.length, (k) => [`group ${k + 1} up`, `group ${k + 1} down`]).flat(),
    ...count(plan.rounds, (r) => count(EDITS_PER_ROUND, (k) => `round ${r + 1} change ${k + 1}`)).flat(),
  ];
  const run = await openRun(
    path,
    {
      kind: "tune",
      ...{ version, seed, steps },
      options: {
        network: formatNetwork(spec),
        references: references.map(({ name }) => name),
        ...(JSON.parse(JSON.stringify(rest)) as Readonly<Record<string, JsonValue>>),
      },
    },
    options.machine,
  );
  const work: Work = { plan, run, groups, range: rangeOfData(options.train.inputs), options };
  try {
    await executeRun<JsonValue>(run, (label, signal) => doStep(work, label, signal), {
      stage: "tuning",
      describe: (label, result) => describeStep(label, result),
      ...(options.signal === undefined ? {} : { signal: options.signal }),
      ...(options.onProgress === undefined ? {} : { onProgress: options.onProgress }),
    });
    return resultOf(work);
  } finally {
    await run.close();
  }
}

interface Work {
  readonly plan: TunePlan;
  readonly run: RunFolder;
  readonly groups: readonly (readonly [number, number])[];
  readonly range: InputRange;
  readonly options: FlowRunOptions;
}

function describeStep(label: string, result: JsonValue): string {
  if (result === null) return `${label}: nothing to try`;
  const { values, point } = result as unknown as Candidate & { point?: readonly number[] };
  const where = point === undefined ? "" : ` at ${point.map((x) => x.toPrecision(3)).join(", ")}`;
  return `${label}${where}: S ${meanOver(values).value.toPrecision(3)}`;
}

async function doStep(work: Work, label: string, signal: AbortSignal): Promise<JsonValue> {
  const { plan } = work;
  const [kind, ...words] = label.split(" ");
  const measure = (source: FlowSource): Promise<Candidate> => measureCandidate(work, source, signal);
  switch (kind) {
    case "reference": {
      const { initialization } = plan.references.find(
        ({ name }) => name === words.join(" "),
      ) as NamedInitialization;
      return json(await measure(sourceOfSpec({ ...plan.spec, initialization })));
    }
    case "evaluation": {
      const point = proposePoint(plan.axes, trialsOf(work));
      const [sigmaW2 = 1, sigmaB2 = plan.sigmaB2] = point;
      return json({ point, ...(await measure(sourceOfSpec(atVariances(plan.spec, sigmaW2, sigmaB2)))) });
    }
    case "tuned":
      return json(await measure(layeredSource(plan.spec, globalVariances(work))));
    case "group": {
      const [group, direction] = [Number(words[0]) - 1, words[1] as "up" | "down"];
      const { variances } = tunedGroups(work, label);
      const tried = scaleGroup(variances, work.groups[group] as [number, number], FACTORS[direction]);
      return json(await measure(layeredSource(plan.spec, tried)));
    }
    default: {
      const edit = await editOf(work, label);
      return edit === null
        ? null
        : json(await measure(layeredSource(edit.spec, editedVariances(work, edit.spec))));
    }
  }
}

function json(value: object): JsonValue {
  return value as unknown as JsonValue;
}

function candidateAt({ run }: Work, label: string): Candidate | null {
  return (run.results.get(label) ?? null) as unknown as Candidate | null;
}

function trialsOf({ run, plan }: Work): Trial[] {
  return Array.from({ length: plan.evaluations }, (_, k) => run.results.get(`evaluation ${k + 1}`))
    .filter((result) => result !== undefined)
    .map((result) => {
      const { point, values } = result as unknown as Trial;
      return { point, values };
    });
}

function optimumOf(work: Work): Optimum {
  return estimateOptimum(work.plan.axes, trialsOf(work), work.plan.seed);
}

function globalVariances(work: Work): LayerVariance[] {
  const [sigmaW2, sigmaB2] = optimumOf(work).point;
  return uniformVariances(work.plan.spec, sigmaW2?.value ?? 1, sigmaB2?.value ?? work.plan.sigmaB2);
}

/** The variances after all group steps before `until`, and what was tried. */
function tunedGroups(
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

interface Edited {
  readonly spec: NetworkSpec;
  readonly best: Candidate;
  readonly trials: EditTrial[];
  /** Changes proposed in the round that is not finished. */
  readonly proposals: readonly ArchitectureEdit[];
}

/** The architecture after all finished rounds. */
async function editedUntil(work: Work, round: number): Promise<Edited> {
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

async function editOf(work: Work, label: string): Promise<ArchitectureEdit | null> {
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
function editedVariances(work: Work, spec: NetworkSpec): LayerVariance[] {
  const { variances } = tunedGroups(work, null);
  const known = new Map(variances.map((variance) => [variance.layer, variance]));
  const [global] = globalVariances(work);
  return uniformVariances(spec, global?.sigmaW2 ?? 1, global?.sigmaB2 ?? 0).map(
    (variance) => known.get(variance.layer) ?? variance,
  );
}

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

function chainOf(spec: NetworkSpec, variances: readonly LayerVariance[], { plan, range }: Work): FlowChain {
  const network = buildNetwork(spec, { batch: 2 });
  return chainOfNetwork(
    network,
    drawWithVariances(spec, variances, drawStream(plan.seed, 0).fork("network")),
    { inputRange: range },
  );
}

async function measureCandidate(
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

async function resultOf(work: Work): Promise<TuneResult> {
  const { plan, run } = work;
  const optimum = optimumOf(work);
  const { trials: groups } = tunedGroups(work, null);
  const edited = await editedUntil(work, plan.rounds + 1);
  const [sigmaW2, sigmaB2] = optimum.point;
  return {
    references: plan.references.map((reference) => ({
      ...reference,
      candidate: candidateAt(work, `reference ${reference.name}`) as Candidate,
    })),
    ...{ trials: trialsOf(work), optimum, groups, edits: edited.trials },
    spec: atVariances(edited.spec, sigmaW2?.value ?? 1, sigmaB2?.value ?? plan.sigmaB2),
    variances: editedVariances(work, edited.spec),
    tuned: edited.best,
    path: run.path,
  };
}
