/** What follows the cross-hair and the pins: one worker for what is dragged, one for what stays. */
import { effect, type ReadonlySignal, type Signal, signal } from "@preact/signals";
import { createFollower, createJob, type Follower } from "../../jobs/index.ts";
import { pointWorkers } from "./ahead.ts";
import type { PointRequest, PointResult } from "./point-messages.ts";
import { type Pin, state } from "./state.ts";

/** Points of the drawn correlation map. */
export const MAP_POINTS = 65;

/** The cross-hair's network. */
export const point: Follower<PointRequest, PointResult> = createFollower(pointWorkers.take);

/** Whether the numbers shown are those of an earlier place: true when the worker needs longer than a moment. */
export const isBehind: ReadonlySignal<boolean> = signal(false);
/** Milliseconds that nobody notices. */
const MOMENT = 250;

/** The pinned networks, in the order of the pins; null while they are solved, a sentence where that failed. */
export const pinned: ReadonlySignal<readonly (PointResult | string | null)[]> = signal([]);

const pinJob = createJob<PointRequest, never, PointResult>(pointWorkers.take);
const known = new Map<string, PointResult | string>();

/** Starts following; returns what stops it. */
export function startFollowing(): () => void {
  const stops = [
    followPoint(),
    followDelay(),
    effect(() => void solvePins(state.pins.value, state.depth.value, state.cosine.value)),
  ];
  return () => {
    for (const stop of stops) stop();
  };
}

/** Milliseconds between two changes that are one drag, and after the last of them before it is solved exactly. */
const SAME_DRAG = 250;
const REST = 120;

/** Sketches while something is dragged, so that every activation follows at every frame; solves it when it rests. */
function followPoint(): () => void {
  let changed = Number.NEGATIVE_INFINITY;
  let rest: ReturnType<typeof setTimeout> | undefined;
  const stop = effect(() => {
    const request: PointRequest = {
      activation: state.activation.value,
      weightVariance: state.weightVariance.value,
      biasVariance: state.biasVariance.value,
      depth: state.depth.value,
      cosine: state.cosine.value,
      points: MAP_POINTS,
    };
    const now = performance.now();
    const isLive = now - changed < SAME_DRAG;
    changed = now;
    clearTimeout(rest);
    point.follow({ ...request, isLive });
    if (isLive) rest = setTimeout(() => point.follow(request), REST);
  });
  return () => {
    clearTimeout(rest);
    stop();
  };
}

function followDelay(): () => void {
  const shown = isBehind as Signal<boolean>;
  let timer: ReturnType<typeof setTimeout> | null = null;
  return effect(() => {
    const { kind } = point.job.status.value;
    const isUnderWay = kind === "loading" || kind === "computing";
    if (!isUnderWay) {
      if (timer !== null) clearTimeout(timer);
      timer = null;
      shown.value = false;
    } else
      timer ??= setTimeout(() => {
        shown.value = true;
      }, MOMENT);
  });
}

let rounds = 0;

async function solvePins(pins: readonly Pin[], depth: number, cosine: number): Promise<void> {
  const round = ++rounds;
  const keyOf = (pin: Pin): string => JSON.stringify([pin, depth, cosine]);
  const show = (): void => {
    (pinned as Signal<readonly (PointResult | string | null)[]>).value = pins.map(
      (pin) => known.get(keyOf(pin)) ?? null,
    );
  };
  show();
  for (const pin of pins) {
    const key = keyOf(pin);
    if (known.has(key)) continue;
    const state = await pinJob.run({ ...pin, depth, cosine, points: MAP_POINTS });
    if (round !== rounds) return;
    if (state.kind === "done") known.set(key, state.result);
    if (state.kind === "failed") known.set(key, state.message);
    show();
  }
}
