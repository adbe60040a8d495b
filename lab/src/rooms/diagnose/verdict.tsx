/** The answer: verdict, first numbers, what was not covered, and the network with critical parameters. */
import type { JSX } from "preact";
import { download } from "../../figure/save.ts";
import { JobStatus } from "../../jobs/index.ts";
import type { DiagnoseAnswer } from "./messages.ts";
import { answer, answered, fixJob, isStale } from "./session.ts";
import { state } from "./state.ts";

const MARKS = { yes: "✓", marginal: "!", no: "✕" } as const;

/** Everything above the figures. */
export function Verdict(): JSX.Element | null {
  const shown = answer.value;
  if (shown === null) return null;
  const { diagnosis } = shown.pictures;
  const { verdict, network, notCovered } = diagnosis;
  return (
    <section class={`panel verdict verdict-${verdict.trains}`} aria-labelledby="verdict" aria-live="polite">
      <p class="soft verdict-of">
        {network.name}
        {shown.missing !== null && (
          <strong class="partial">{` so far; still to come: ${shown.missing}`}</strong>
        )}
      </p>
      {isStale.value && (
        <p class="stale" role="status">
          These numbers belong to the settings before the last change. Run again for the new ones.
        </p>
      )}
      <h2 id="verdict">
        <span class="mark" aria-hidden="true">
          {MARKS[verdict.trains]}
        </span>{" "}
        {verdict.headline}
      </h2>
      <p>{verdict.reason}</p>
      <p>
        <strong>Next:</strong> {verdict.advice}
      </p>
      <dl class="cards">
        {shown.cards.map(({ name, text, note }) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>
              {text}
              <small>{note}</small>
            </dd>
          </div>
        ))}
      </dl>
      {shown.missing === null && <Critical shown={shown} />}
      <details open>
        <summary>Not covered</summary>
        <List items={notCovered} />
      </details>
    </section>
  );
}

function Critical({ shown }: { shown: DiagnoseAnswer }): JSX.Element {
  const question = answered.value;
  const { critical, whyNoFix } = shown;
  if (whyNoFix !== null) return <p class="soft">{`No critical network to save: ${whyNoFix}`}</p>;
  const save = async (): Promise<void> => {
    if (question === null) return;
    const state = await fixJob.run({ kind: "fix", question, diagnosis: shown.pictures.diagnosis });
    if (state.kind !== "done" || state.result.kind !== "fix") return;
    download("critical.onnx", new Blob([state.result.bytes], { type: "application/octet-stream" }));
  };
  return (
    <div class="critical">
      <button type="button" onClick={() => void save()}>
        Save it with critical parameters (ONNX)
      </button>
      {critical !== null && (
        <button type="button" onClick={() => state.text.commit(critical)}>
          Put the critical network here
        </button>
      )}
      <JobStatus job={fixJob} what="the critical network" />
    </div>
  );
}

/** Sentences as a list. */
export function List({ items }: { items: readonly string[] }): JSX.Element {
  if (items.length === 0) return <p>Nothing was left out.</p>;
  return (
    <ul>
      {items.map((item) => (
        <li key={item}>{item}</li>
      ))}
    </ul>
  );
}
