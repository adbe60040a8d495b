/**
 * The worker of the room: the library's own diagnosis, with the phase diagram painted while ONNX Runtime measures in its own
 * thread. Results so far go to the page after every draw.
 */
import { IsinglassError, UnsupportedOpError } from "../../../../src/base/index.ts";
import { createSession, GraphBuilder, tanh } from "../../../../src/engine/index.ts";
import {
  diagnosisCards,
  layerRows,
  methodFacts,
  predictDrawnDensity,
} from "../../../../src/figures/diagnosis/index.ts";
import { formatNetwork } from "../../../../src/networks/index.ts";
import { criticalSpec, type DescribedExamples, type Diagnosis } from "../../../../src/signal/index.ts";
import { type JobContext, serveJob, Transferred } from "../../jobs/worker.ts";
import { type ChosenDevice, chooseDevice, withoutWebGpu } from "./device.ts";
import type { DiagnoseAnswer, DiagnoseRequest, FixAnswer, Question, WorkerAnswer } from "./messages.ts";
import { Painter } from "./painter.ts";
import { type Clock, progressOver, startClock } from "./progress.ts";
import { openSubject, readExamples, requireMemory, type Subject } from "./subject.ts";

/** Milliseconds between two results so far: a page that draws them has other things to do. */
const PAUSE = 500;

const ROUNDING =
  "Networks run in 32 bits, and sums round in another order than on the command line: a last digit may differ, and cosines within 1e-6 of one are rounding here and there.";

type Context = JobContext<DiagnoseAnswer>;

async function diagnose(question: Question, context: Context): Promise<DiagnoseAnswer> {
  const { signal } = context;
  const clock = startClock();
  const chosen = await chooseDevice(question.device);
  warmUp(chosen);
  context.progress({ done: 0, total: null, step: "Reading the network" });
  const subject = await openSubject(question);
  await requireMemory(question.network, question.examples);
  context.progress({ done: 0, total: null, step: "Reading the data" });
  const data = await readExamples(question, subject);
  clock.stop("reading");
  const task = { question, subject, data, clock, painter: new Painter(signal), context };
  try {
    return await measure(task, chosen);
  } catch (error) {
    const isOwn = error instanceof IsinglassError && !(error instanceof UnsupportedOpError);
    if (chosen.device === "cpu" || signal.aborted || isOwn) throw error;
    const reason = `it failed here (${error instanceof Error ? error.message : String(error)})`;
    return measure(task, withoutWebGpu(reason, chosen.threads));
  }
}

/** Loads ONNX Runtime while network and data are read and parameters drawn; what fails here fails again, and is told then. */
function warmUp({ device, threads }: ChosenDevice): void {
  const b = new GraphBuilder("warm-up");
  b.output(tanh(b, b.input("x", "float32", [1])), "y");
  createSession(b.build(), { device, threads }).then(
    (session) => session.release(),
    () => {},
  );
}

/** What a diagnosis is made from. */
interface Task {
  readonly question: Question;
  readonly subject: Subject;
  readonly data: DescribedExamples;
  readonly clock: Clock;
  readonly painter: Painter;
  readonly context: Context;
}

async function measure(
  { question, subject, data, clock, painter, context }: Task,
  { device, threads, statement }: ChosenDevice,
): Promise<DiagnoseAnswer> {
  const { signal } = context;
  const steps = progressOver(context);
  const present = (diagnosis: Diagnosis, missing: string | null): DiagnoseAnswer => ({
    kind: "diagnosis",
    pictures: {
      diagnosis,
      diagram: painter.diagram,
      density: missing === null ? predictDrawnDensity(diagnosis) : null,
    },
    cards: diagnosisCards(diagnosis),
    rows: layerRows(diagnosis),
    facts: methodFacts(diagnosis, [statement, ROUNDING]),
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
    onProgress: (event) => {
      steps.report(event);
      if (event.stage === "measuring") draws = event.done;
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
    steps.paint();
    await painter.finish();
    clock.stop("phase diagram");
  }
  return present(diagnosis, null);
}

function describeMissing(draws: number, { network, seeds }: Question): string {
  if (network.kind === "file" || draws >= seeds) return "the Jacobian";
  return `${seeds - draws} of ${seeds} draws, and the Jacobian`;
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
