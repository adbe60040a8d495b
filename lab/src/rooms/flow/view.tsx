/** The Flow room as it is seen: controls to the left, what was measured to the right. */
import "./style.css";
import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import { parseNetwork } from "../../../../src/networks/index.ts";
import { Expression, NumberEntry, Slider } from "../../controls/index.ts";
import { dropHandlers } from "../../files/index.ts";
import { JobStatus } from "../../jobs/index.ts";
import { Comparison, Curve, Pictures, Spectra } from "./figures.tsx";
import { DataChoice, FilePanels, NetworkChoice } from "./file-panels.tsx";
import { followModel, takeAny } from "./files.ts";
import { followState, isStale, job, measurePins, shown, start } from "./measurements.ts";
import { Numbers } from "./numbers.tsx";
import { pinCurrent, pins, unpin } from "./pins.ts";
import { presets, take } from "./presets.ts";
import { isReady } from "./request.ts";
import { biasVariance, depth, spec, state, weightVariance } from "./state.ts";
import { takeTurns } from "./turns.ts";

/** The room. */
export function View(): JSX.Element {
  useEffect(followModel, []);
  useEffect(followState, []);
  useEffect(takeTurns, []);
  return (
    <div class="bench flow" {...dropHandlers(takeAny)}>
      <div class="stack">
        <Controls />
        <Pins />
      </div>
      <div class="stack">
        <FilePanels />
        <Status />
        <Numbers />
        <Curve />
        <Pictures />
        <Spectra />
        <Comparison />
      </div>
    </div>
  );
}

const SUGGESTIONS = [
  ...presets.map(({ network }) => network),
  "784-100x20-10 relu sw2=2 sb2=0",
  "784-100x40-10 tanh sw2=1.76 sb2=0.05",
  "resnet:1x28x28-c8/2-b8/2-b8x6-gap-10 tanh padding=circular sw2=1 sb2=0",
];

/** Settles at once, so that a click right after typing trains what was typed. */
async function checkNetwork(text: string): Promise<void> {
  parseNetwork(text);
}

function Controls(): JSX.Element {
  const isFile = state.modelFile.value !== "";
  const isBroken = spec.value === null || isFile;
  return (
    <section class="panel controls" aria-label="Network and training">
      <fieldset class="presets">
        <legend>Presets</legend>
        {presets.map((preset) => (
          <button
            type="button"
            key={preset.name}
            title={preset.shows}
            onClick={() => {
              take(preset);
              start();
            }}
          >
            {preset.name}
          </button>
        ))}
      </fieldset>
      {/* above the text: a mistake that goes away must not move what is being clicked */}
      <div class="buttons">
        <button type="button" class="primary" onClick={start} disabled={!isReady.value}>
          Train the decoders
        </button>
        <button type="button" onClick={pinCurrent} disabled={isBroken}>
          Pin
        </button>
      </div>
      <NetworkChoice
        text={
          <Expression label="network" field={state.network} check={checkNetwork} suggestions={SUGGESTIONS} />
        }
      />
      <Slider
        label="weight variance × fan-in, σ_w²"
        field={weightVariance}
        step={0.01}
        range={[0, 5]}
        disabled={isBroken}
      />
      <Slider
        label="bias variance, σ_b²"
        field={biasVariance}
        step={0.01}
        range={[0, 1]}
        disabled={isBroken}
      />
      <Slider
        label="depth: repeats of the longest run of layers"
        field={depth}
        step={1}
        range={[1, 60]}
        disabled={isBroken}
      />
      <Slider label="minibatches for the decoders" field={state.batches} step={10} range={[1, 500]} />
      <details>
        <summary>More settings</summary>
        <div class="controls">
          <NumberEntry label="examples in a minibatch" field={state.batch} />
          <NumberEntry label="learning rate of the decoders" field={state.rate} />
          <NumberEntry label="test examples" field={state.testBatch} />
          <NumberEntry label="draws" field={state.draws} />
          <NumberEntry label="seed" field={state.seed} />
        </div>
      </details>
      <DataChoice />
      <p class="soft">
        All is computed in this tab
        {globalThis.crossOriginIsolated
          ? "."
          : "; this server does not allow shared memory, the numbers are the same."}
      </p>
    </section>
  );
}

function Status(): JSX.Element | null {
  const { kind } = job.status.value;
  if (kind === "idle" && shown.value === null)
    return (
      <p class="panel soft">
        Nothing is trained yet. Choose a preset, or a network and then “Train the decoders”: each block gets a
        decoder of one layer, and the curve grows while they finish.
      </p>
    );
  return (
    <div class="flow-status">
      <JobStatus job={job} what="the decoders" retry={start} />
      {isStale.value && kind !== "computing" && kind !== "loading" && (
        <p class="stale" role="status">
          Settings have changed since this was measured
          {shown.value === null ? "" : ` (${shown.value.request.network})`}.{" "}
          <button type="button" onClick={start} disabled={!isReady.value}>
            Train again
          </button>
        </p>
      )}
    </div>
  );
}

function Pins(): JSX.Element | null {
  const known = pins.value;
  if (known.length === 0) return null;
  const isMissing = known.some(({ flow }) => flow === null);
  return (
    <section class="panel" aria-label="Pinned networks">
      <h2>Pinned</h2>
      <ul class="pins">
        {known.map(({ network, label, flow }) => (
          <li key={network}>
            <button type="button" class="quiet" title={network} onClick={() => state.network.commit(network)}>
              {label}
            </button>
            <span class="soft">{flow === null ? "not measured" : "measured"}</span>
            <button type="button" class="quiet" aria-label={`Remove ${label}`} onClick={() => unpin(network)}>
              ×
            </button>
          </li>
        ))}
      </ul>
      {isMissing && (
        <button type="button" onClick={() => void measurePins()}>
          Measure the missing ones
        </button>
      )}
    </section>
  );
}
