/** The room's computations: what is asked now, what was answered, and whether the two still belong together. */
import { computed, effect, type ReadonlySignal, signal } from "@preact/signals";
import { createJob, type Job } from "../../jobs/index.ts";
import { dataFile, modelFile } from "./files.ts";
import type {
  DataSource,
  DiagnoseAnswer,
  DiagnoseRequest,
  NetworkSource,
  Question,
  WorkerAnswer,
} from "./messages.ts";
import { state } from "./state.ts";

const startWorker = (): Worker => new Worker(new URL("./worker.ts", import.meta.url), { type: "module" });

/** The diagnosis. */
export const job: Job<DiagnoseRequest, DiagnoseAnswer, WorkerAnswer> = createJob(startWorker);
/** The critical network as a file. */
export const fixJob: Job<DiagnoseRequest, DiagnoseAnswer, WorkerAnswer> = createJob(startWorker);

/** What is asked, or why nothing can be: a file that the address names is not in this tab. */
export const question: ReadonlySignal<Question | { readonly missing: string }> = computed(() => {
  const network = networkSource();
  const data = dataSource();
  if (network === null) return { missing: state.modelFile.value };
  if (data === null) return { missing: state.dataFile.value || "data" };
  return {
    network,
    data,
    examples: state.examples.value,
    seeds: state.seeds.value,
    seed: state.seed.value,
    device: state.device.value,
  };
});

function networkSource(): NetworkSource | null {
  if (state.modelFile.value === "") return { kind: "specification", text: state.text.value };
  return modelFile.value && { kind: "file", file: modelFile.value, shapes: state.shapes.value };
}

function dataSource(): DataSource | null {
  const kind = state.data.value;
  if (kind !== "file") return { kind };
  return dataFile.value && { kind, file: dataFile.value };
}

/** What was asked last. */
const asked = signal<Question | null>(null);
const kept = signal<DiagnoseAnswer | null>(null);
const keptQuestion = signal<Question | null>(null);

/** The latest answer, complete or in part; it stays while the next is computed. */
export const answer: ReadonlySignal<DiagnoseAnswer | null> = kept;
/** The question behind `answer`. */
export const answered: ReadonlySignal<Question | null> = computed(() => keptQuestion.value);

/** Whether what is shown belongs to other settings than those on the page. */
export const isStale: ReadonlySignal<boolean> = computed(() => {
  const now = question.value;
  const then = answered.value;
  return then !== null && !isSame(now, then);
});

function isSame(a: Question | { missing: string }, b: Question): boolean {
  if ("missing" in a) return false;
  return (
    sourceOf(a.network) === sourceOf(b.network) &&
    shapesOf(a.network) === shapesOf(b.network) &&
    sourceOf(a.data) === sourceOf(b.data) &&
    a.examples === b.examples &&
    a.seeds === b.seeds &&
    a.seed === b.seed &&
    a.device === b.device
  );
}

function sourceOf(source: NetworkSource | DataSource): string | File {
  return source.kind === "file" ? source.file : source.kind === "specification" ? source.text : source.kind;
}

function shapesOf(network: NetworkSource): string {
  return network.kind === "file" ? network.shapes : "";
}

/** Starts the diagnosis of what the page shows. */
export function run(): void {
  const now = question.peek();
  if ("missing" in now) return;
  asked.value = now;
  fixJob.cancel();
  state.edit(() => {
    state.wasRun.value = true;
  });
  state.commit();
  void job.run({ kind: "diagnose", question: now });
}

/** Keeps the latest answer; called once, when the room is loaded. */
export function followJob(): () => void {
  return effect(() => {
    const status = job.status.value;
    const latest =
      status.kind === "done" && status.result.kind === "diagnosis"
        ? status.result
        : status.kind === "computing"
          ? status.partial
          : undefined;
    if (latest === undefined) return;
    kept.value = latest;
    keptQuestion.value = asked.peek();
  });
}

/** Forgets the answer: the room was reset. */
export function forget(): void {
  job.cancel();
  fixJob.cancel();
  kept.value = null;
  keptQuestion.value = null;
}
