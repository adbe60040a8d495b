/** Exact values, curves and transitions that follow the state. */
import { computed, effect, type ReadonlySignal, type Signal, signal } from "@preact/signals";
import { createJob, type Job } from "../../../jobs/index.ts";
import { plan } from "../run/index.ts";
import { specOf, state } from "../state.ts";
import type {
  ExactCurve,
  ExactRequest,
  ExactResult,
  ExactValues,
  ModelSpec,
  Transition,
} from "./messages.ts";
import { guessTransition } from "./solve.ts";

type ExactJob = Job<ExactRequest, ExactResult, ExactResult>;
const startWorker = (): Worker => new Worker(new URL("./worker.ts", import.meta.url), { type: "module" });
/** Curves may take half a minute; a value at one temperature does not wait for them. */
export const curveJob: ExactJob = createJob(startWorker);
const pointJob: ExactJob = createJob(startWorker);

/** Exact values at a temperature. */
export const exactPoint: Signal<{
  readonly temperature: number;
  readonly values: ExactValues;
  readonly reason: string | null;
} | null> = signal(null);
/** Exact curves of the lattice. */
export const exactCurves: Signal<{ readonly curves: readonly ExactCurve[]; readonly reason: string | null }> =
  signal({
    curves: [],
    reason: null,
  });
/** Where the lattice orders, as far as it is known. */
export const transitions: Signal<{
  readonly key: string;
  readonly list: readonly Transition[];
  readonly reason: string | null;
}> = signal({ key: "", list: [], reason: null });

/** The temperature that the slider is dense at. */
export const orderingTemperature: ReadonlySignal<number> = computed(() => {
  const spec = specOf();
  const { key, list } = transitions.value;
  const own = key === transitionKey() ? list.find(({ isOwn }) => isOwn) : undefined;
  try {
    return own?.temperature.value ?? guessTransition(spec);
  } catch {
    // a refused tiling
    return 2;
  }
});

/** Range of the slider and of the curves. */
export const temperatureRange: ReadonlySignal<readonly [number, number]> = computed(() => {
  try {
    const guess = guessTransition(specOf());
    return [Number((0.1 * guess).toPrecision(2)), Number((2.5 * guess).toPrecision(2))];
  } catch {
    return [0.1, 6];
  }
});

function transitionKey(): string {
  const spec = specOf();
  return spec.kind === "square" ? "square" : `${spec.p},${spec.q},${spec.boundary}`;
}

/** Milliseconds that controls have to rest before something long begins. */
const REST = 250;

/** Follows the state; returns how to end it. */
export function connectExact(): () => void {
  let timers: ReturnType<typeof setTimeout>[] = [];
  const later = (run: () => void, ms = REST): ReturnType<typeof setTimeout> => {
    const timer = setTimeout(run, ms);
    timers.push(timer);
    return timer;
  };
  const model = (): ModelSpec => ({ lattice: specOf(), field: state.field.value });
  const fits = (): boolean => plan.value.kind === "fits";
  let point: ReturnType<typeof setTimeout> | undefined;
  let curves: ReturnType<typeof setTimeout> | undefined;
  const stops = [
    effect(() => {
      const request = { kind: "point", model: model(), temperature: state.temperature.value } as const;
      clearTimeout(point);
      if (!fits()) return;
      point = later(async () => {
        const answer = await pointJob.run(request);
        if (answer.kind === "done" && answer.result.kind === "point") exactPoint.value = answer.result;
      });
    }),
    effect(() => {
      const request = { kind: "curves", model: model(), range: temperatureRange.value } as const;
      const key = transitionKey();
      clearTimeout(curves);
      exactCurves.value = { curves: [], reason: null };
      if (!fits()) return;
      curves = later(async () => {
        const answer = await curveJob.run(request);
        if (answer.kind !== "done" || answer.result.kind !== "curves") return;
        exactCurves.value = answer.result;
        if (transitions.peek().key === key) return;
        const found = await curveJob.run({ kind: "transitions", lattice: request.model.lattice });
        if (found.kind === "done" && found.result.kind === "transitions")
          transitions.value = { key, list: found.result.transitions, reason: found.result.reason };
      }, 2 * REST);
    }),
    // curves so far
    effect(() => {
      const now = curveJob.status.value;
      if (now.kind === "computing" && now.partial?.kind === "curves") exactCurves.value = now.partial;
    }),
  ];
  return () => {
    for (const stop of stops) stop();
    for (const timer of timers) clearTimeout(timer);
    timers = [];
    curveJob.close();
    pointJob.close();
  };
}
