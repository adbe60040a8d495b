/** The wire to the worker of the simulation: what is sent, and what becomes of its answers. */
import { batch } from "@preact/signals";
import { collectPoint } from "../points.ts";
import type { FromSimulation, RunEstimates, RunSpec, ToSimulation } from "../simulation/messages.ts";
import {
  announcePicture,
  estimates,
  isRunning,
  keyOfCurve,
  lattice,
  numbers,
  pastSweep,
  picked,
  spins,
  status,
  trace,
} from "./signals.ts";

let worker: Worker | null = null;
let requests = 0;
let isWaiting = false;
/** `keyOfCurve` of the run under way; controls may be ahead of it. */
let runKey = "";

/** Starts the worker; returns how to end it. */
export function startWorker(): () => void {
  const started = new Worker(new URL("../worker.ts", import.meta.url), { type: "module" });
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
  return () => {
    started.terminate();
    worker = null;
    isWaiting = false;
  };
}

/** Sends a message that waits for no answer. */
export function send(message: ToSimulation, transfer: Transferable[] = []): void {
  worker?.postMessage(message, transfer);
}

/** Begins a run; answers to earlier ones are dropped from now on. */
export function sendStart(run: RunSpec): void {
  isWaiting = true;
  runKey = keyOfCurve();
  send({ kind: "start", id: ++requests, run });
  send({ kind: "frame", buffer: null });
}

/** Drops answers that are still to come. */
export function dropAnswers(): void {
  requests++;
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
      announcePicture();
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
