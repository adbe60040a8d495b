/** The learning curve in numbers, as the command prints it, with where the theory is known to hold. */
import type { JSX } from "preact";
import type { CurvePoint } from "../../../../src/bayes/index.ts";
import { formatEstimate, formatNumber } from "../../../../src/figures/basics/index.ts";
import { shown } from "./curves.ts";
import type { CurveAnswer } from "./types.ts";

/** Headline, table and validity. */
export function Numbers(): JSX.Element | null {
  const answer = shown.value;
  if (answer === null) return null;
  const last = answer.points.at(-1) as CurvePoint;
  const { width } = answer.request;
  return (
    <section class="panel" aria-label="Prediction">
      <h2 class="headline">
        Test error {formatEstimate(last.finiteWidth.error)} from {last.examples} examples at width {width},{" "}
        {formatNumber(last.infiniteWidth.error.value)} at infinite width;{" "}
        {formatNumber(100 * last.finiteWidth.accuracy.value, 3)} % right
      </h2>
      <p class="soft">{answer.description}</p>
      <CurveTable answer={answer} />
      <ValidityNote points={answer.points} />
    </section>
  );
}

function CurveTable({ answer: { points, request, missing } }: { answer: CurveAnswer }): JSX.Element {
  const isSampled = request.sampling !== null;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by keys
    <section class="curve-table" aria-label="Learning curve" tabIndex={0}>
      <table>
        <thead>
          <tr>
            <th scope="col">examples</th>
            <th scope="col">infinite width</th>
            <th scope="col">finite width</th>
            <th scope="col">bias</th>
            <th scope="col">variance</th>
            <th scope="col">q</th>
            {isSampled && (
              <>
                <th scope="col">sampled</th>
                <th scope="col">R-hat</th>
              </>
            )}
          </tr>
        </thead>
        <tbody>
          {points.map(({ examples, infiniteWidth, finiteWidth, q, sampled }) => (
            <tr key={examples}>
              <td>{examples}</td>
              <td>{formatNumber(infiniteWidth.error.value)}</td>
              <td>{formatNumber(finiteWidth.error.value)}</td>
              <td>{formatNumber(finiteWidth.bias.value)}</td>
              <td>{formatNumber(finiteWidth.spread.value)}</td>
              <td>{formatNumber(q, 4)}</td>
              {isSampled && (
                <>
                  <td>
                    {sampled === null
                      ? missing.includes(examples)
                        ? "..."
                        : ""
                      : formatEstimate(sampled.error)}
                  </td>
                  <td>{sampled === null ? "" : formatNumber(sampled.rHat, 4)}</td>
                </>
              )}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

function ValidityNote({ points }: { points: readonly CurvePoint[] }): JSX.Element {
  const outside = points.filter(({ validity }) => !validity.isInside).map(({ examples }) => examples);
  const region = points.at(-1)?.validity.region ?? "";
  return (
    <p class={outside.length === 0 ? "validity" : "validity outside"}>
      <strong>
        {outside.length === 0
          ? "Inside the region where it was checked"
          : `Take care at P = ${outside.join(", ")}`}
      </strong>
      : {region}. Bayesian posterior with squared loss, no biases, hidden layers of one width.
    </p>
  );
}
