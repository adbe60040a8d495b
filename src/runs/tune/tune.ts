/**
 * Tuning in a run folder: the weight and bias variances with the most reconstructed information at the last depth that
 * counts, then those of groups of layers, then, where asked for, changes of the architecture. Every measurement is a step;
 * what is measured next follows from the steps before, so a run that was killed continues with the same numbers.
 */
import {
  atVariances,
  type FlowSource,
  groupLayers,
  meanOver,
  proposePoint,
  rangeOfData,
  scaleGroup,
  sourceOfSpec,
} from "../../flow/index.ts";
import { buildNetwork, formatNetwork } from "../../networks/index.ts";
import { executeRun } from "../execute.ts";
import { type FlowRunOptions, requireFlowData } from "../flow.ts";
import { openRun } from "../folder.ts";
import type { JsonValue } from "../manifest.ts";
import { layeredSource, measureCandidate } from "./candidate.ts";
import { EDITS_PER_ROUND, editedUntil, editedVariances, editOf } from "./edits.ts";
import { FACTORS, tunedGroups } from "./groups.ts";
import type { Candidate, NamedInitialization, TunePlan, TuneResult } from "./types.ts";
import { candidateAt, globalVariances, optimumOf, trialsOf, type Work } from "./work.ts";

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
