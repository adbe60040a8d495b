/** A dropped model node by node, before anything is run: what is supported, what stands in the way and why. */
import { computed, effect, type ReadonlySignal, useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import { createJob, type Job, JobStatus } from "../../jobs/index.ts";
import { formatBytes } from "./bytes.ts";
import { modelFile } from "./files.ts";
import {
  type InspectAnswer,
  type InspectedNode,
  type InspectRequest,
  isRefused,
} from "./inspect-messages.ts";
import { state } from "./state.ts";

/** Looks into the file. */
export const inspectJob: Job<InspectRequest, never, InspectAnswer> = createJob(
  () => new Worker(new URL("./inspect.worker.ts", import.meta.url), { type: "module" }),
);

/** Whether the model can be run: no node stands in the way. */
export const canRun: ReadonlySignal<boolean> = computed(() => {
  if (state.modelFile.value === "") return true;
  const status = inspectJob.status.value;
  return status.kind === "done" && !status.result.nodes.some(isRefused);
});

/** Rows drawn at once. */
const PAGE = 100;

/** The panel; empty while a text is meant. */
export function Inspection(): JSX.Element | null {
  useEffect(
    () =>
      effect(() => {
        const file = modelFile.value;
        const examples = state.examples.value;
        const shapes = state.shapes.value;
        if (file === null) inspectJob.cancel();
        else void inspectJob.run({ file, shapes, examples });
      }),
    [],
  );
  const name = state.modelFile.value;
  if (name === "") return null;
  if (modelFile.value === null) return <MissingFile name={name} what="model" />;
  const status = inspectJob.status.value;
  return (
    <section class="panel inspection" aria-labelledby="inspection">
      <h2 id="inspection">{name}</h2>
      {status.kind === "done" ? (
        <Nodes answer={status.result} />
      ) : (
        <JobStatus job={inspectJob} what="the list of nodes" />
      )}
    </section>
  );
}

/** An address that names a file which is not in this tab. */
export function MissingFile({ name, what }: { name: string; what: string }): JSX.Element {
  return (
    <p class="panel missing-file" role="status">
      {`This link was made with the ${what} `}
      <strong>{name}</strong>
      {`, which stayed in the tab it was dropped into: links hold settings, not files. Drop ${name} here to see the same numbers.`}
    </p>
  );
}

function Nodes({ answer }: { answer: InspectAnswer }): JSX.Element {
  const showsAll = useSignal(false);
  const count = useSignal(PAGE);
  const { nodes, parameters, inputs, opset, producer, notes, memory } = answer;
  const refused = nodes.filter(isRefused);
  const shown = showsAll.value ? nodes : refused;
  return (
    <>
      {refused.length > 0 ? (
        <p class="reason" role="alert">
          <strong>{`${refused.length} of ${nodes.length} nodes are not supported`}</strong>
          {
            ", so this file cannot be run here. Export the model with the substitutes below, or leave these parts out."
          }
        </p>
      ) : (
        <p>{`All ${nodes.length} nodes are supported.`}</p>
      )}
      <p class="soft">
        {`Opset ${opset}, ${producer || "unknown producer"}, ${parameters.toLocaleString("en")} parameters; ${inputs.join("; ")}. A diagnosis on ${state.examples.value} examples takes up to ${formatBytes(memory)} of memory.`}
      </p>
      {notes.length > 0 && <p class="soft">{`${notes.join("; ")}.`}</p>}
      <label class="control toggle">
        <input
          type="checkbox"
          checked={showsAll.value}
          onChange={({ currentTarget }) => {
            showsAll.value = currentTarget.checked;
          }}
        />
        {`Show all ${nodes.length} nodes`}
      </label>
      {shown.length > 0 && <NodeTable nodes={shown.slice(0, count.value)} />}
      {shown.length > count.value && (
        <button
          type="button"
          onClick={() => {
            count.value += PAGE;
          }}
        >
          {`Show more (${shown.length - count.value} left)`}
        </button>
      )}
    </>
  );
}

function NodeTable({ nodes }: { nodes: readonly InspectedNode[] }): JSX.Element {
  return (
    // biome-ignore lint/a11y/useSemanticElements: a scrolling region needs a name and the focus
    // biome-ignore lint/a11y/noNoninteractiveTabindex: as above
    <div class="twin" role="region" tabIndex={0} aria-label="Nodes of the file">
      <table class="nodes">
        <thead>
          <tr>
            {["node", "op", "name", "status", "differentiable", "remark"].map((column) => (
              <th scope="col" key={column}>
                {column}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {nodes.map((node, i) => (
            <tr key={i} class={isRefused(node) ? "flagged" : ""}>
              <td class="number">{node.index}</td>
              <td>{node.op}</td>
              <td>{node.name}</td>
              <td>{node.status}</td>
              <td>{node.differentiable ?? ""}</td>
              <td class="remark">{node.remark}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
