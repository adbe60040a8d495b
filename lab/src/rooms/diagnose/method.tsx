/** How the numbers were obtained: facts, times, assumptions, references. */
import type { JSX } from "preact";
import { formatNumber } from "../../../../src/figures/basics/index.ts";
import { answer } from "./session.ts";
import { List } from "./verdict.tsx";

/** The method. */
export function Method(): JSX.Element | null {
  const shown = answer.value;
  if (shown === null) return null;
  const { assumptions, references } = shown.pictures.diagnosis;
  const times = shown.timings.map(({ step, seconds }) => `${step} after ${formatNumber(seconds, 2)} s`);
  return (
    <section class="panel method" aria-labelledby="method">
      <h2 id="method">Method</h2>
      <List items={[...shown.facts, ...(times.length === 0 ? [] : [`Time used: ${times.join(", ")}.`])]} />
      <h3>Assumptions</h3>
      <List items={assumptions} />
      <h3>References</h3>
      <List
        items={references.map(
          ({ authors, year, title, where, id }) =>
            `${authors} (${year}). ${title}.${where ? ` ${where}.` : ""}${id ? ` ${id}.` : ""}`,
        )}
      />
    </section>
  );
}
