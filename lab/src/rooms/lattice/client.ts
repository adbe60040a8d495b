/** The page's side of the simulation: signals that views read, and what a person can ask for. */
import { batch, computed, effect, type ReadonlySignal, type Signal, signal } from "@preact/signals";
import type { JobFailure, JobUnsupported } from "../../jobs/messages.ts";
import { type LatticePlan, planLattice } from "./plan.ts";
import { collectPoint } from "./points.ts";
import type {
  BuiltLattice,
  FromSimulation,
  Inspected,
  RunEstimates,
  RunNumbers,
  RunSpec,
  ToSimulation,
  Trace,
} from "./simulation/messages.ts";
import { specOf, state } from "./state.ts";

/** Where the simulation stands. */
export type ClientStatus =
  | { readonly kind: "idle" }
  | { readonly kind: "building" }
  | { readonly kind: "ready" }
  | { readonly kind: "refused"; readonly message: string; readonly hint: string }
  | JobFailure
  | JobUnsupported;

export const status: Signal<ClientStatus> = signal({ kind: "idle" });
export const lattice: Signal<BuiltLattice | null> = signal(null);
export const numbers: Signal<RunNumbers | null> = signal(null);
export const estimates: Signal<RunEstimates | null> = signal(null);
export const trace: Signal<Trace | null> = signal(null);
export const picked: Signal<Inspected | null> = signal(null);
export const isRunning: Signal<boolean> = signal(false);
/** Sweep of the picture that is shown, when it is one of the past. */
export const pastSweep: Signal<number | null> = signal(null);
/** What the lattice will cost, or why it is refused; follows the controls at once. */
export const plan: ReadonlySignal<LatticePlan> = computed(() => planLattice(specOf()));

/** The newest spins, 255 up and 0 down; the painter takes them when `version` has changed. */
export const spins: { data: Uint8Array | null; version: number } = { data: null, version: 0 };

let worker: Worker | null = null;
let requests = 0;
let isWaiting = false;
let listeners: (() => void)[] = [];

/** Called when there is something new to draw. */
export function onPicture(listener: () => void): () => void {
  listeners.push(listener);
  return () => {
    listeners = listeners.filter((other) => other !== listener);
  };
}

function send(message: ToSimulation, transfer: Transferable[] = []): void {
  worker?.postMessage(message, transfer);
}

/** Asks for the newest spins, if nobody waits for them already; the buffer of the last ones goes back. */
export function requestPicture(): void {
  if (isWaiting || worker === null || status.peek().kind !== "ready") return;
  isWaiting = true;
  // the last spins stay on the page: exports read them
  send({ kind: "frame", buffer: null });
}

function receive(message: FromSimulation): void {
  if (message.kind === "failed") {
    if (message.id !== requests) return;
    isRunning.value = false;
    status.value = message.error;
    return;
  }
  if (message.id !== requests) {
    if (message.kind === "frame") isWaiting = false;
    return;
  }
  switch (message.kind) {
    case "built":
      batch(() => {
        lattice.value = message.lattice;
        picked.value = null;
      });
      return;
    case "inspected":
      picked.value = message.cell;
      return;
    case "frame":
      isWaiting = false;
      spins.data = message.spins;
      spins.version++;
      newest = { ...message, trace: message.trace ?? newest?.trace ?? null };
      if (status.peek().kind === "building") status.value = { kind: "ready" };
      if (reading === null) reading = setTimeout(showNumbers, isRunning.peek() ? NUMBERS_EVERY : 0);
      for (const listener of listeners) listener();
  }
}

/** Milliseconds between two readings: spins are drawn at the display's rate, digits nobody reads so fast. */
const NUMBERS_EVERY = 100;
let newest: Extract<FromSimulation, { kind: "frame" }> | null = null;
let reading: ReturnType<typeof setTimeout> | null = null;

function showNumbers(): void {
  reading = null;
  const frame = newest;
  newest = null;
  if (frame === null || frame.id !== requests) return;
  batch(() => {
    numbers.value = frame.numbers;
    pastSweep.value = frame.pastSweep;
    takeEstimates(frame.estimates);
    if (frame.trace !== null) trace.value = frame.trace;
  });
}

function takeEstimates(next: RunEstimates | null): void {
  const known = estimates.peek();
  if (known?.measured === next?.measured && known?.temperature === next?.temperature) return;
  estimates.value = next;
  if (next !== null) collectPoint(runKey, next);
}

/** `keyOfCurve` of the run under way; controls may be ahead of it. */
let runKey = "";

/** What points of one figure share: lattice, boundary, field. */
export function keyOfCurve(): string {
  return JSON.stringify([specOf(), state.field.value]);
}

function runSpec(): RunSpec {
  return {
    lattice: specOf(),
    field: state.field.value,
    temperature: state.temperature.peek(),
    algorithm: state.algorithm.value,
    start: state.start.value,
    seed: state.seed.value,
    thermalization: state.thermalization.value,
  };
}

/** Begins the run of the state anew: the same seed gives the same course. */
export function restart(): void {
  const spec = runSpec();
  const found = planLattice(spec.lattice);
  if (found.kind === "refused") {
    isRunning.value = false;
    requests++;
    send({ kind: "pace", isRunning: false, pace: null });
    status.value = found;
    return;
  }
  batch(() => {
    status.value = { kind: "building" };
    numbers.value = null;
    estimates.value = null;
    trace.value = null;
    pastSweep.value = null;
  });
  isWaiting = true;
  runKey = keyOfCurve();
  send({ kind: "start", id: ++requests, run: spec });
  send({ kind: "frame", buffer: null });
}

/** Milliseconds that controls of the lattice rest before it is built anew. */
const REST = 120;

/** Restarts when anything changes that a run is made of; at once the first time. */
function followSpec(): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let isFirst = true;
  const stop = effect(() => {
    runSpec();
    clearTimeout(timer);
    if (isFirst) restart();
    else timer = setTimeout(restart, REST);
    isFirst = false;
  });
  return () => {
    clearTimeout(timer);
    stop();
  };
}

/** Runs or pauses. */
export function play(on: boolean = !isRunning.peek()): void {
  if (status.peek().kind === "refused") return;
  isRunning.value = on;
  sendPace();
  requestPicture();
}

function sendPace(): void {
  const pace = state.pace.peek();
  send({ kind: "pace", isRunning: isRunning.peek(), pace: pace === "fastest" ? null : Number(pace) });
}

/** Some sweeps, and then a pause. */
export function step(sweeps = 1): void {
  if (isRunning.peek()) play(false);
  send({ kind: "step", sweeps });
  requestPicture();
}

/** Back to the first sweep. */
export function rewind(): void {
  play(false);
  restart();
}

/** Shows a picture of the past. */
export function showPast(index: number): void {
  if (isRunning.peek()) play(false);
  send({ kind: "past", index });
  requestPicture();
}

/** Asks for a cell's layer, neighbours and spin. */
export function inspect(site: number | null): void {
  if (site === null) picked.value = null;
  else send({ kind: "inspect", site });
}

/** Starts the worker and follows the state; returns how to end it. */
export function connect(autoplay: boolean): () => void {
  const started = new Worker(new URL("./worker.ts", import.meta.url), { type: "module" });
  started.addEventListener("message", ({ data }: MessageEvent<FromSimulation>) => {
    if (started === worker) receive(data);
  });
  started.addEventListener("error", (event) => {
    status.value = {
      kind: "failed",
      message: event.message || "the simulation did not load",
      hint: "reload the page",
    };
  });
  worker = started;
  isRunning.value = autoplay;
  const stops = [
    // everything that a run is made of but its temperature, which may change under way
    followSpec(),
    effect(() => {
      const temperature = state.temperature.value;
      send({ kind: "temperature", temperature });
      requestPicture();
    }),
    effect(() => {
      void state.pace.value;
      sendPace();
    }),
  ];
  return () => {
    for (const stop of stops) stop();
    started.terminate();
    worker = null;
    isWaiting = false;
    isRunning.value = false;
    status.value = { kind: "idle" };
  };
}
