/** What a person can ask of the simulation, and what follows from the controls. */
import { batch, effect } from "@preact/signals";
import { planLattice } from "../plan.ts";
import type { RunSpec } from "../simulation/messages.ts";
import { specOf, state } from "../state.ts";
import { dropAnswers, requestPicture, send, sendStart, startWorker } from "./link.ts";
import { estimates, isRunning, numbers, pastSweep, picked, status, trace } from "./signals.ts";

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
    dropAnswers();
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
  sendStart(spec);
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
  const stopWorker = startWorker();
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
    stopWorker();
    isRunning.value = false;
    status.value = { kind: "idle" };
  };
}
