/** A dropped model node by node, before anything is run: what is supported, what stands in the way and why. */
import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { JobStatus } from "../jobs/index.ts";
import "./files.css";
import type { InspectJob } from "./inspect-job.ts";
import { type InspectAnswer, type InspectedNode, isRefused } from "./inspect-messages.ts";

/** Rows drawn at once. */
const PAGE = 100;

/** What the panel is given. */
export interface InspectionPanelProps {
  readonly name: string;
  readonly job: InspectJob;
  /** What running the model would take, as a sentence. */
  readonly cost: (answer: InspectAnswer) => string;
}

/** The panel. */
export function InspectionPanel({ name, job, cost }: InspectionPanelProps): JSX.Element {
  const status = job.status.value;
  return (
    <section class="panel inspection" aria-labelledby="inspection">
      <h2 id="inspection">{name}</h2>
      {status.kind === "done" ? (
        <Nodes answer={status.result} cost={cost(status.result)} />
      ) : (
        <JobStatus job={job} what="the list of nodes" />
      )}
    </section>
  );
}

function Nodes({ answer, cost }: { answer: InspectAnswer; cost: string }): JSX.Element {
  const showsAll = useSignal(false);
  const count = useSignal(PAGE);
  const { nodes, parameters, inputs, opset, producer, notes } = answer;
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
        {`Opset ${opset}, ${producer || "unknown producer"}, ${parameters.toLocaleString("en")} parameters; ${inputs.join("; ")}. ${cost}`}
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
