/** The honest states of a job, drawn in one place: loading, computing with progress and cancel, partial, failed, unsupported. */
import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { formatNumber } from "../../../src/figures/basics/index.ts";
import type { Job, JobState } from "./job.ts";
import type { JobProgress } from "./messages.ts";

/** What `JobStatus` is given. */
export interface JobStatusProps {
  readonly job: Pick<Job<never, unknown, unknown>, "status" | "cancel">;
  /** What is computed, for the sentence: "the diagnosis". */
  readonly what: string;
  /** Starts again after a cancel or a failure; adds a button. */
  readonly retry?: () => void;
}

/** A line about a job. Empty while idle. */
export function JobStatus({ job, what, retry }: JobStatusProps): JSX.Element {
  const state = job.status.value;
  const isUnderWay = state.kind === "loading" || state.kind === "computing";
  const said = useAnnouncement(isUnderWay ? "working" : state.kind, what);
  return (
    <div class={`job job-${state.kind}`}>
      <span class="visually-hidden" role="status">
        {said}
      </span>
      {describe(state, what)}
      {isUnderWay && (
        <button type="button" class="quiet" onClick={() => job.cancel()}>
          Cancel
        </button>
      )}
      {retry !== undefined && (state.kind === "cancelled" || state.kind === "failed") && (
        <button type="button" class="quiet" onClick={retry}>
          Try again
        </button>
      )}
    </div>
  );
}

/** Milliseconds of work that are worth telling of. */
const WORTH_TELLING = 1000;

/**
 * What a screen reader is told: that work goes on, once, and how it ended; not every step of the progress. Failures are
 * alerts of their own.
 */
function useAnnouncement(now: "working" | JobState<unknown, unknown>["kind"], what: string): string {
  const [said, say] = useState("");
  useEffect(() => {
    if (now === "done") say((before) => (before === "" ? "" : `Finished ${what}.`));
    if (now === "cancelled") say(`Cancelled ${what}.`);
    if (now !== "working") return;
    const timer = setTimeout(() => say(`Computing ${what} ...`), WORTH_TELLING);
    return () => clearTimeout(timer);
  }, [now, what]);
  return said;
}

function describe(state: JobState<unknown, unknown>, what: string): JSX.Element | null {
  switch (state.kind) {
    case "idle":
      return null;
    case "loading":
      return <span>Loading what computes {what} ...</span>;
    case "computing":
      return <Progress what={what} {...(state.progress === undefined ? {} : { progress: state.progress })} />;
    case "done":
      return <span>Done in {formatNumber(state.seconds, 2)} s.</span>;
    case "cancelled":
      return <span>Cancelled{state.partial === undefined ? "" : "; what is shown is a part"}.</span>;
    case "failed":
      return (
        <div class="reason" role="alert">
          <strong>Failed: </strong>
          {state.message}
          {state.hint !== undefined && <p>{sentence(state.hint)}</p>}
        </div>
      );
    case "unsupported":
      return (
        <div class="reason" role="alert">
          <strong>Not supported: </strong>
          {state.message}
          {state.items.length > 0 && (
            <ul>
              {state.items.map(({ where, reason, hint }) => (
                <li key={where}>
                  <code>{where}</code>: {reason}
                  {hint !== undefined && ` (${hint})`}
                </li>
              ))}
            </ul>
          )}
          {state.hint !== undefined && <p>{sentence(state.hint)}</p>}
        </div>
      );
  }
}

function Progress({ what, progress }: { what: string; progress?: JobProgress }): JSX.Element {
  if (progress === undefined) return <span>Computing {what} ...</span>;
  const { done, total, step, remainingSeconds } = progress;
  return (
    <>
      <progress
        aria-label={`progress of ${what}`}
        value={total === null ? undefined : done}
        max={total ?? 1}
      />
      <span>
        {step ?? `Computing ${what}`}
        {total === null ? "" : `, ${Math.floor((100 * done) / total)} %`}
        {remainingSeconds === undefined ? "" : `, about ${Math.ceil(remainingSeconds)} s left`}
      </span>
    </>
  );
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}${/[.!?]$/.test(text) ? "" : "."}`;
}
