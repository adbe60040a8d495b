/** The verdict and the numbers that decided it, as the command prints them. */
import type { JSX } from "preact";
import { formatEstimate, formatNumber } from "../../../../src/figures/basics/index.ts";
import { shown } from "./measurements.ts";

/** The verdict; while decoders are being trained, how far they are. */
export function Numbers(): JSX.Element | null {
  const flow = shown.value;
  if (flow === null) return null;
  const { result, theory, layers, blocks } = flow;
  return (
    <section class="panel verdict" aria-label="Verdict">
      {result === null ? (
        <p>
          Measured so far: {layers.length - 1} of {blocks} blocks.
        </p>
      ) : (
        <>
          <h2>{result.verdict.headline}</h2>
          <p>{result.verdict.reason}</p>
        </>
      )}
      <dl class="numbers">
        {result !== null && (
          <>
            <Entry name="Reach" value={`${result.reach.depth} of ${result.reach.of} blocks`} />
            <Entry
              name="Published cutoff"
              value={result.cutoff.deviates ? `depth ${result.cutoff.depth}` : "none"}
            />
          </>
        )}
        {theory !== null && (
          <>
            <Entry name="6 ξ_c (theory)" value={formatNumber(6 * theory.xiC, 3)} />
            <Entry name="χ₁ (theory)" value={`${formatNumber(theory.chi1, 4)}, ${theory.phase}`} />
          </>
        )}
      </dl>
      {result !== null && (
        <table class="deciding" aria-label="Numbers that decided">
          <tbody>
            {result.verdict.deciding.map(({ name, estimate, meaning }) => (
              <tr key={name}>
                <th scope="row">{name}</th>
                <td>{formatEstimate(estimate)}</td>
                <td class="soft">{meaning}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {result !== null && <p class="soft data-note">{`Data: ${result.data.provenance.join("; ")}.`}</p>}
      {result !== null && (
        <details>
          <summary>Not covered</summary>
          <ul>
            {result.notCovered.map((sentence) => (
              <li key={sentence}>{sentence}</li>
            ))}
            <li>
              Decoders are trained in single precision, and processors round differently: the digits shown
              here are those of the library elsewhere, further ones may not be.
            </li>
          </ul>
        </details>
      )}
    </section>
  );
}

function Entry({ name, value }: { name: string; value: string }): JSX.Element {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </div>
  );
}
