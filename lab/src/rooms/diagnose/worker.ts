/**
 * The worker of the room: the library's own diagnosis, with the phase diagram painted while ONNX Runtime measures in its own
 * thread. Results so far go to the page after every draw.
 */
import { IsinglassError } from "../../../../src/base/index.ts";
import {
  diagnosisCards,
  layerRows,
  methodFacts,
  predictDrawnDensity,
} from "../../../../src/figures/diagnosis/index.ts";
import type { PhaseDiagramInput } from "../../../../src/figures/index.ts";
import { formatNetwork, resolveActivation } from "../../../../src/networks/index.ts";
import {
  criticalSpec,
  type Diagnosis,
  paintPhaseDiagram,
  windowAround,
} from "../../../../src/signal/index.ts";
import { type JobContext, serveJob, Transferred } from "../../jobs/worker.ts";
import { chooseDevice } from "./device.ts";
import type {
  DiagnoseAnswer,
  DiagnoseRequest,
  FixAnswer,
  Question,
  Timing,
  WorkerAnswer,
} from "./messages.ts";
import { openSubject, readExamples, requireMemory, type Subject } from "./subject.ts";

/** Milliseconds between two results so far: a page that draws them has other things to do. */
const PAUSE = 500;

type Context = JobContext<DiagnoseAnswer>;

async function diagnose(question: Question, context: Context): Promise<DiagnoseAnswer> {
  const { signal } = context;
  const clock = startClock();
  context.progress({ done: 0, total: null, step: "Reading the network" });
  const subject = await openSubject(question);
  await requireMemory(question.network, question.examples);
  context.progress({ done: 0, total: null, step: "Reading the data" });
  const data = await readExamples(question, subject);
  clock.stop("reading");
  const { device, threads, statement } = await chooseDevice(question.device);
  const painter = new Painter(signal);
  const steps = progressOver(question.seeds, context);
  const present = (diagnosis: Diagnosis, missing: string | null): DiagnoseAnswer => ({
    kind: "diagnosis",
    pictures: {
      diagnosis,
      diagram: painter.diagram,
      density: missing === null ? predictDrawnDensity(diagnosis) : null,
    },
    cards: diagnosisCards(diagnosis),
    rows: layerRows(diagnosis),
    facts: methodFacts(diagnosis, [statement]),
    ...fixOf(subject, diagnosis),
    timings: clock.timings,
    missing,
  });
  let draws = 0;
  let shown = Number.NEGATIVE_INFINITY;
  const diagnosis = await subject.diagnose(data, {
    seeds: question.seeds,
    signal,
    device,
    threads,
    onProgress: ({ stage, done, note }) => {
      steps.report(stage, done, note);
      if (stage === "measuring") draws = done;
    },
    onPartial: (partial) => {
      if (draws === 1) clock.stop("first numbers");
      painter.start(partial);
      if (performance.now() - shown < PAUSE) return;
      shown = performance.now();
      context.partial(present(partial, describeMissing(draws, question)));
    },
  });
  clock.stop("measuring");
  painter.start(diagnosis);
  if (!painter.isDone) {
    context.partial(present(diagnosis, "the phase diagram"));
    context.progress({ done: steps.total - 1, total: steps.total, step: "Painting the phase diagram" });
    await painter.finish();
    clock.stop("phase diagram");
  }
  return present(diagnosis, null);
}

function describeMissing(draws: number, { network, seeds }: Question): string {
  if (network.kind === "file" || draws >= seeds) return "the Jacobian";
  return `${seeds - draws} of ${seeds} draws, and the Jacobian`;
}

/** The phase diagram of the network's activation; painted once, beside the measurement. */
class Painter {
  readonly #signal: AbortSignal;
  #painting: Promise<void> | null = null;
  diagram: PhaseDiagramInput | null = null;
  isDone = false;

  constructor(signal: AbortSignal) {
    this.#signal = signal;
  }

  start(diagnosis: Diagnosis): void {
    if (this.#painting !== null) return;
    const { activation } = diagnosis.network;
    if (activation === null) {
      this.isDone = true;
      this.#painting = Promise.resolve();
      return;
    }
    const options = { signal: this.#signal };
    this.#painting = paintPhaseDiagram(resolveActivation(activation), windowAround(diagnosis), options).then(
      ({ activation: name, sigmaW2, sigmaB2, xiC, criticalLine }) => {
        this.diagram = { activation: name, sigmaW2, sigmaB2, xiC, criticalLine };
        this.isDone = true;
      },
    );
    // awaited in finish(); a cancel in between is no unhandled failure
    this.#painting.catch(() => {});
  }

  async finish(): Promise<void> {
    await this.#painting;
  }
}

/** What the critical network would be, or why there is none. */
function fixOf({ spec }: Subject, diagnosis: Diagnosis): Pick<DiagnoseAnswer, "critical" | "whyNoFix"> {
  if (diagnosis.critical === null && diagnosis.recommended === null)
    return {
      critical: null,
      whyNoFix: diagnosis.whyNotCritical ?? "theory knows no critical initialisation of it",
    };
  if (spec === null) return { critical: null, whyNoFix: null };
  try {
    return { critical: formatNetwork(criticalSpec(spec, diagnosis)), whyNoFix: null };
  } catch (error) {
    if (error instanceof IsinglassError) return { critical: null, whyNoFix: null };
    throw error;
  }
}

/** One bar over the draws, the Jacobians and the diagram, with the time that is left. */
function progressOver(seeds: number, { progress }: Context) {
  const total = 2 * seeds + 1;
  const began = performance.now();
  return {
    total,
    report: (stage: string, done: number, note: string | undefined): void => {
      const at = stage === "Jacobian" ? seeds + done : done;
      const seconds = (performance.now() - began) / 1000;
      const step = note ?? (stage === "Jacobian" ? `Jacobian ${done}` : `Draw ${done}`);
      progress({
        done: Math.min(at, total - 1),
        total,
        step: step.charAt(0).toUpperCase() + step.slice(1),
        ...(at > 0 ? { remainingSeconds: (seconds * (total - at)) / at } : {}),
      });
    },
  };
}

/** Seconds since the start at which parts were there. */
function startClock(): { readonly timings: Timing[]; stop(step: string): void } {
  const began = performance.now();
  const timings: Timing[] = [];
  return { timings, stop: (step) => timings.push({ step, seconds: (performance.now() - began) / 1000 }) };
}

async function fix(question: Question, diagnosis: Diagnosis): Promise<Transferred<FixAnswer>> {
  const subject = await openSubject(question);
  const bytes = (await subject.fix(diagnosis)) as Uint8Array<ArrayBuffer>;
  return new Transferred({ kind: "fix", bytes }, [bytes.buffer]);
}

serveJob<DiagnoseRequest, DiagnoseAnswer, WorkerAnswer>((request, context) =>
  request.kind === "diagnose"
    ? diagnose(request.question, context)
    : fix(request.question, request.diagnosis),
);
