/** The Diagnose room as it is seen: what is asked on the left, the answer on the right. */
import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import { dropHandlers, MissingFile } from "../../files/index.ts";
import { JobStatus } from "../../jobs/index.ts";
import { Builder } from "./builder.tsx";
import { DataPanel } from "./data-panel.tsx";
import "./builder.css";
import "./diagnose.css";
import { reading } from "./document.ts";
import { Figures } from "./figures.tsx";
import { dataFile, takeAny } from "./files.ts";
import { canRun, Inspection } from "./inspection.tsx";
import { LayerTable } from "./layer-table.tsx";
import { Method } from "./method.tsx";
import { NetworkPanel } from "./network-panel.tsx";
import { answer, followJob, job, question, run } from "./session.ts";
import { state } from "./state.ts";
import { Verdict } from "./verdict.tsx";

/** The room. */
export function View(): JSX.Element {
  useEffect(() => {
    const stop = followJob();
    // a link to results brings them back, where the tab has what they are made from
    // what draws is loaded before it is needed: it takes a tenth of a second to start
    const idle = setTimeout(() => void import("@observablehq/plot"), 300);
    if (state.wasRun.peek() && answer.peek() === null && isReady()) run();
    return () => {
      clearTimeout(idle);
      stop();
    };
  }, []);
  const isFile = state.modelFile.value !== "";
  return (
    <div class="bench diagnose" {...dropHandlers(takeAny)}>
      <div class="panel controls">
        <NetworkPanel />
        <DataPanel />
        <RunButton />
        <p class="soft note">
          Nothing leaves this tab: networks, data and results are read and computed here.
        </p>
      </div>
      <div class="stack">
        {isFile ? <Inspection /> : <Builder />}
        {state.data.value === "file" && dataFile.value === null && state.dataFile.value !== "" && (
          <MissingFile name={state.dataFile.value} what="data file" />
        )}
        <div class="run-status">
          <JobStatus job={job} what="the diagnosis" retry={run} />
        </div>
        <Verdict />
        {answer.value === null && job.status.value.kind === "idle" && <Invitation />}
        <Figures />
        <LayerTable />
        <Method />
      </div>
    </div>
  );
}

function isReady(): boolean {
  return (
    !("missing" in question.value) &&
    canRun.value &&
    (state.modelFile.value !== "" || "spec" in reading.value)
  );
}

function RunButton(): JSX.Element {
  return (
    <button type="button" class="primary" disabled={!isReady()} onClick={run}>
      Run the diagnosis
    </button>
  );
}

function Invitation(): JSX.Element {
  return (
    <p class="panel soft">
      Will it train, where does it lose the signal, and which initialisation would be critical? Type a network
      or drop a model, then run the diagnosis: a few seconds for 50 layers.
    </p>
  );
}
