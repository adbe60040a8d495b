/** Run, pause, step, rewind, the pace, and the way back through the pictures of the past. */
import type { JSX } from "preact";
import { Choice } from "../../controls/index.ts";
import { isRunning, numbers, pastSweep, play, rewind, showPast, status, step } from "./run/index.ts";
import { CaptureButtons } from "./snapshots.tsx";
import { state } from "./state.ts";

/** The bar under the picture. */
export function Transport(): JSX.Element {
  const running = isRunning.value;
  const isReady = status.value.kind === "ready" || status.value.kind === "building";
  return (
    <div class="lattice-transport">
      <div class="lattice-buttons">
        <button
          type="button"
          onClick={rewind}
          disabled={!isReady}
          title="Back to the first sweep (b)"
          aria-label="Rewind"
        >
          <Icon path="M4 4h2v12H4zM17 4v12l-9-6z" />
        </button>
        <button
          type="button"
          class="primary"
          onClick={() => play()}
          disabled={!isReady}
          title={running ? "Pause (space)" : "Run (space)"}
          aria-label={running ? "Pause" : "Run"}
        >
          <Icon path={running ? "M5 4h4v12H5zM11 4h4v12h-4z" : "M6 3.5v13l11-6.5z"} />
          <span>{running ? "Pause" : "Run"}</span>
        </button>
        <button
          type="button"
          onClick={() => step()}
          disabled={!isReady}
          title="One sweep (.)"
          aria-label="Step"
        >
          <Icon path="M4 4l9 6-9 6zM14 4h2v12h-2z" />
        </button>
      </div>
      <Choice label="sweeps a picture" field={state.pace} row />
      <Counter />
      <div class="lattice-capture">
        <CaptureButtons />
      </div>
      <PastSlider />
    </div>
  );
}

function Icon({ path }: { readonly path: string }): JSX.Element {
  return (
    <svg viewBox="0 0 20 20" width="18" height="18" aria-hidden="true" fill="currentColor">
      <path d={path} />
    </svg>
  );
}

function Counter(): JSX.Element {
  const now = numbers.value;
  const count = (n: number): string => Math.round(n).toLocaleString("en");
  return (
    <p class="lattice-counter" data-sweeps={now?.sweeps} data-rate={now?.rate ?? undefined}>
      <span>
        <b>{count(now?.sweeps ?? 0)}</b> sweeps
      </span>
      <span>
        <b>{now?.rate == null ? "–" : count(now.rate)}</b> a second
      </span>
    </p>
  );
}

function PastSlider(): JSX.Element | null {
  const now = numbers.value;
  if (now === null || now.past.count < 2) return null;
  const { count, stride } = now.past;
  const shown = pastSweep.value;
  const index = shown === null ? count - 1 : Math.round(shown / stride);
  return (
    <label class="lattice-past">
      <span>{shown === null ? "past" : `sweep ${shown.toLocaleString("en")}`}</span>
      <input
        type="range"
        min={0}
        max={count - 1}
        step={1}
        value={index}
        aria-label="past of the run"
        aria-valuetext={`sweep ${index * stride}`}
        onInput={(event) => showPast(Number(event.currentTarget.value))}
      />
    </label>
  );
}
