/** How far a diagnosis is, and how long its parts took. */
import type { ProgressEvent } from "../../../../src/base/index.ts";
import type { JobContext } from "../../jobs/worker.ts";
import type { Timing } from "./messages.ts";

/** A bar over all parts. */
export interface DiagnosisProgress {
  /** An event of the library. */
  report(event: ProgressEvent): void;
  /** All but the phase diagram is done. */
  paint(): void;
}

/** One bar over the draws, the Jacobians and the diagram, with the time that is left. */
export function progressOver({ progress }: Pick<JobContext<never>, "progress">): DiagnosisProgress {
  const began = performance.now();
  let total = 1;
  return {
    paint: () => progress({ done: total - 1, total, step: "Painting the phase diagram" }),
    report: ({ stage, done, total: each, note }) => {
      const draws = each ?? 1;
      total = 2 * draws + 1;
      const at = stage === "Jacobian" ? draws + done : done;
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

/** A running clock. */
export interface Clock {
  readonly timings: Timing[];
  /** Notes that a part is done. */
  stop(step: string): void;
}

/** Seconds since the start at which parts were there. */
export function startClock(): Clock {
  const began = performance.now();
  const timings: Timing[] = [];
  return { timings, stop: (step) => timings.push({ step, seconds: (performance.now() - began) / 1000 }) };
}
