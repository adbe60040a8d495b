/** The numbers of the cross-hair's network, in the digits of `isinglass signal`. */
import type { JSX } from "preact";
import { formatEstimate } from "../../../../src/figures/basics/index.ts";
import { JobStatus } from "../../jobs/index.ts";
import { isBehind, point } from "./follow.ts";
import type { PointNumbers } from "./point-messages.ts";

/** Key in `MeanField`, symbol with index, meaning. */
const names = [
  ["q", "q*", "", "limiting variance"],
  ["c", "c*", "", "limiting correlation"],
  ["chi1", "χ", "1", "growth of squared gradients per layer"],
  ["xiQ", "ξ", "q", "layers over which q settles"],
  ["xiC", "ξ", "c", "layers over which correlations settle"],
  ["maxDepth", "depth", "", "layers that should train"],
] as const;

const meanings: Readonly<Record<PointNumbers["phase"], string>> = {
  ordered: "inputs become alike, gradients vanish",
  critical: "signals and gradients survive",
  chaotic: "similar inputs become unlike, gradients explode",
};

/** The list of numbers. */
export function Numbers(): JSX.Element {
  const field = point.result.value?.field;
  const status = point.job.status.value;
  const hasFailed = status.kind === "failed" || status.kind === "unsupported";
  return (
    <section
      class={`panel point-numbers${isBehind.value ? " behind" : ""}`}
      aria-label="Numbers at the cross-hair"
      aria-busy={isBehind.value}
    >
      <p class="phase-name">
        <strong>{field?.phase ?? "…"}</strong>{" "}
        <span class="soft">{field === undefined ? "" : meaningOf(field)}</span>
      </p>
      <dl class="numbers">
        {names.map(([key, symbol, index, meaning]) => (
          <div key={key}>
            <dt title={meaning}>
              {symbol}
              {index !== "" && <sub>{index}</sub>} <span class="visually-hidden">{meaning}</span>
            </dt>
            <dd data-number={key}>{field === undefined ? "…" : formatEstimate(field[key])}</dd>
          </div>
        ))}
      </dl>
      {isBehind.value && !hasFailed && (
        <p class="soft">computing; the numbers are those of an earlier place</p>
      )}
      {hasFailed && <JobStatus job={point.job} what="this network" />}
    </section>
  );
}

function meaningOf({ phase, c, chi1 }: PointNumbers): string {
  return phase === "chaotic" && c.value === 1
    ? `gradients explode by ${chi1.value.toPrecision(3)} a layer; correlations stay`
    : meanings[phase];
}
