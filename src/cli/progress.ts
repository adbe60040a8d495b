/** Progress on stderr: one line that is rewritten on a terminal, one line a minute elsewhere. */
import type { ProgressEvent } from "../base/index.ts";

/** Time between two lines when stderr is not a terminal. */
const LOG_INTERVAL_MS = 60_000;
/** Time between two redraws on a terminal. */
const DRAW_INTERVAL_MS = 100;

/** Where progress goes, and the clock. */
export interface ProgressSink {
  readonly write: (text: string) => void;
  readonly isTerminal: boolean;
  readonly columns: number;
  /** Milliseconds, monotonic. */
  readonly now: () => number;
}

/** A progress reporter: `report` shows an event, `clear` removes the line before other output. */
export interface ProgressReporter {
  readonly report: (event: ProgressEvent) => void;
  readonly clear: () => void;
}

/**
 * Creates a reporter that shows stage, share done, rate and time left, and the note (the estimate so far).
 * The first event of a stage is shown at once on a terminal and after a minute elsewhere.
 */
export function createProgress({ write, isTerminal, columns, now }: ProgressSink): ProgressReporter {
  const started = now();
  let stage = "";
  let stageStarted = started;
  let firstDone = 0;
  let last = isTerminal ? Number.NEGATIVE_INFINITY : started;
  let shown = false;
  const clear = (): void => {
    if (shown) write("\r\u001b[2K");
    shown = false;
  };
  const report = (event: ProgressEvent): void => {
    const time = now();
    if (event.stage !== stage) {
      stage = event.stage;
      stageStarted = time;
      firstDone = event.done;
      if (isTerminal) last = Number.NEGATIVE_INFINITY;
    }
    if (time - last < (isTerminal ? DRAW_INTERVAL_MS : LOG_INTERVAL_MS)) return;
    last = time;
    const line = describeProgress(event, (time - stageStarted) / 1000, event.done - firstDone);
    if (isTerminal) {
      write(`\r\u001b[2K${line.slice(0, columns - 1)}`);
      shown = true;
    } else write(`${line}\n`);
  };
  return { report, clear };
}

/**
 * One line about an event.
 *
 * @param seconds time since the stage began
 * @param steps steps done since then
 * @example
 * describeProgress({ stage: "measuring", done: 2, total: 5 }, 1, 2); // => "measuring 2/5 (40%), 2.0/s, 2 s left"
 */
export function describeProgress(event: ProgressEvent, seconds: number, steps: number): string {
  const { done, total, note } = event;
  const rate = seconds > 0 && steps > 0 ? steps / seconds : 0;
  const parts = [
    total === null
      ? `${event.stage} ${done}`
      : `${event.stage} ${done}/${total} (${Math.round((100 * done) / total)}%)`,
  ];
  if (rate > 0) {
    parts.push(rate >= 1 ? `${rate.toPrecision(2)}/s` : `${(1 / rate).toPrecision(2)} s each`);
    if (total !== null && done < total) parts.push(`${formatSeconds((total - done) / rate)} left`);
  }
  if (note) parts.push(note);
  return parts.join(", ");
}

/** A duration in the largest fitting units: "40 s", "3 min 20 s", "2 h 5 min". */
export function formatSeconds(seconds: number): string {
  const whole = Math.ceil(seconds);
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  return `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`;
}
