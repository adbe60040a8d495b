/** Measurements of this tab: the one under way, and finished ones by what they asked for, so that going back costs nothing. */
import { computed, effect, type ReadonlySignal, type Signal, signal, untracked } from "@preact/signals";
import type { NumericArray } from "../../../../src/data/index.ts";
import { type FlowPictures, type FlowResult, picturesOf, type Reach } from "../../../../src/flow/index.ts";
import { createJob, type Job } from "../../jobs/index.ts";
import { isReady, keyOf, markOf, requestOf } from "./request.ts";
import { state } from "./state.ts";
import type { FlowAnswer, FlowPartial, FlowRequest, ShownDepth } from "./types.ts";

/** The job that trains. */
export const job: Job<FlowRequest, FlowPartial, FlowAnswer> = createJob(
  () => new Worker(new URL("./worker.ts", import.meta.url), { type: "module" }),
);

/** Finished measurements that are kept. */
const KEPT = 16;
const answers: Signal<ReadonlyMap<string, FlowAnswer>> = signal(new Map());
/** A finished measurement stays in view until another is there. */
const last: Signal<FlowAnswer | null> = signal(null);

/** What is in view, finished or not. */
export interface ShownFlow {
  readonly request: FlowRequest;
  readonly layers: readonly ShownDepth[];
  /** Number of blocks, and the last that counts. */
  readonly blocks: number;
  readonly counted: number;
  readonly pictures: Omit<FlowPictures, "extra"> & Partial<Pick<FlowPictures, "extra">>;
  readonly theory: FlowResult["theory"];
  /** Null while it is not finished. */
  readonly reach: Reach | null;
  readonly result: FlowResult | null;
}

/** Results so far of the job; progress alone leaves it as it is. */
const partialOfJob: ReadonlySignal<FlowPartial | undefined> = computed(() => {
  const status = job.status.value;
  return status.kind === "computing" || status.kind === "cancelled" ? status.partial : undefined;
});
const kindOfJob = computed(() => job.status.value.kind);

/** What is in view; null before anything was measured. */
export const shown: ReadonlySignal<ShownFlow | null> = computed(() => {
  const known = answerOf(requestOf());
  const partial = partialOfJob.value;
  if (partial !== undefined && (kindOfJob.value === "computing" || known === undefined))
    return ofPartial(partial);
  const answer = known ?? last.value;
  return answer === null ? null : ofAnswer(answer);
});

/** Whether what is in view was made with other settings than those beside it. */
export const isStale: ReadonlySignal<boolean> = computed(
  () => shown.value !== null && keyOf(shown.value.request) !== keyOf(requestOf()),
);

/** A finished measurement of this tab. */
export function answerOf(request: FlowRequest): FlowAnswer | undefined {
  return answers.value.get(keyOf(request));
}

/** Measures, unless it has been measured; tells whether there is an answer in the end. */
export async function measure(request: FlowRequest): Promise<boolean> {
  const known = answerOf(request);
  if (known !== undefined) {
    job.cancel();
    last.value = known;
    return true;
  }
  const status = await job.run(request);
  if (status.kind !== "done") return false;
  const { result: answer } = status;
  answers.value = new Map([...answers.peek(), [keyOf(answer.request), answer] as const].slice(-KEPT));
  last.value = answer;
  return true;
}

/** Marks the state as measured in the address, which starts the measurement. */
export function start(): void {
  if (!isReady.peek()) return;
  const mark = markOf(requestOf());
  if (state.measured.peek() === mark && job.status.peek().kind !== "computing") void measure(requestOf());
  else state.measured.commit(mark);
}

/** Measures whenever the settings have their own mark: after `start`, and when such an address is opened. */
export function followState(): () => void {
  return effect(() => {
    if (!isReady.value) return;
    const request = requestOf();
    if (state.measured.value === markOf(request)) untracked(() => void measure(request));
  });
}

/** Forgets what is in view. */
export function clear(): void {
  job.cancel();
  last.value = null;
}

/** Measures the pinned networks that this tab has not measured, one after the other; stops when one is cancelled. */
export async function measurePins(): Promise<void> {
  for (const network of state.pins.peek()) {
    if (!(await measure(requestOf(network)))) return;
  }
}

const partialViews = new WeakMap<FlowPartial, ShownFlow>();

function ofPartial(partial: FlowPartial): ShownFlow {
  const view = partialViews.get(partial) ?? { ...partial, reach: null, result: null };
  partialViews.set(partial, view);
  return view;
}

const views = new WeakMap<FlowAnswer, ShownFlow>();

/** The same object for the same answer, so that nothing is drawn again for a changed setting. */
function ofAnswer(answer: FlowAnswer): ShownFlow {
  const known = views.get(answer);
  if (known !== undefined) return known;
  const { request, result, pictures } = answer;
  const { layers, theory, reach } = result;
  const view: ShownFlow = {
    ...{ request, layers, theory, reach, result },
    blocks: layers.length - 1,
    counted: layers.filter(({ isCounted }) => isCounted).length - 1,
    pictures: picturesOf(new Map(Object.entries(pictures) as [string, NumericArray][])),
  };
  views.set(answer, view);
  return view;
}
