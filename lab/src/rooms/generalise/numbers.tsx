/** The learning curve in numbers, as the command prints it, with where the theory is known to hold. */
import type { JSX } from "preact";
import { formatEstimate, formatNumber } from "../../../../src/figures/basics/index.ts";
import { shown } from "./curves.ts";
import { describeSampler } from "./specification.ts";
import type { CurveAnswer, ShownPoint } from "./types.ts";

/** Headline, table and validity. */
export function Numbers(): JSX.Element | null {
  const answer = shown.value;
  if (answer === null) return null;
  const last = answer.points.at(-1) as ShownPoint;
  return (
    <section class="panel" aria-label="Prediction">
      <h2 class="headline">{headlineOf(last, answer.request.width)}</h2>
      <p class="soft">{answer.description}</p>
      <CurveTable answer={answer} />
      <ChainsNote answer={answer} />
      <ValidityNote points={answer.points} />
    </section>
  );
}

/** "Test error 0.1(2) from 100 examples at width 20, 0.12 at infinite width; 98.4 % right". */
function headlineOf({ examples, infiniteWidth, finiteWidth }: ShownPoint, width: number): string {
  const { error, accuracy } = finiteWidth ?? infiniteWidth;
  const where =
    finiteWidth === null
      ? "at infinite width"
      : `at width ${width}, ${formatNumber(infiniteWidth.error.value)} at infinite width`;
  const right = formatNumber(100 * accuracy.value, 3);
  return `Test error ${formatEstimate(error)} from ${examples} examples ${where}; ${right} % right`;
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
                <th scope="col">effective samples</th>
              </>
            )}
          </tr>
        </thead>
        <tbody>
          {points.map(({ examples, infiniteWidth, finiteWidth, q, sampled }) => (
            <tr key={examples}>
              <td>{examples}</td>
              <td>{formatNumber(infiniteWidth.error.value)}</td>
              <td>{finiteWidth === null ? "" : formatNumber(finiteWidth.error.value)}</td>
              <td>{formatNumber((finiteWidth ?? infiniteWidth).bias.value)}</td>
              <td>{formatNumber((finiteWidth ?? infiniteWidth).spread.value)}</td>
              <td>{q === null ? "" : formatNumber(q, 4)}</td>
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
                  <td>{sampled === null ? "" : formatNumber(sampled.effectiveSamples, 3)}</td>
                </>
              )}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

/** Above this R-hat the chains tell different things (Gelman et al. 2013). */
const MOST_R_HAT = 1.1;
/** Below this number of effective samples an error bar says little. */
const FEWEST_SAMPLES = 20;

/** How the samples were drawn, and where they cannot be trusted. */
function ChainsNote({ answer: { points, request } }: { answer: CurveAnswer }): JSX.Element | null {
  if (request.sampling === null) return null;
  const apart = points.filter(({ sampled }) => sampled !== null && sampled.rHat > MOST_R_HAT);
  const runaway = points.filter(({ sampled }) => sampled !== null && sampled.divergences > 0);
  const few = points.filter(({ sampled }) => sampled !== null && sampled.effectiveSamples < FEWEST_SAMPLES);
  const at = (some: readonly ShownPoint[]): string => some.map(({ examples }) => examples).join(", ");
  const isSound = apart.length + few.length + runaway.length === 0;
  return (
    <p class={isSound ? "validity" : "validity outside"}>
      {`Samples: ${describeSampler(request)}.`}
      {apart.length > 0 && ` Chains disagree at P = ${at(apart)} (R-hat above ${MOST_R_HAT}).`}
      {few.length > 0 && ` Fewer than ${FEWEST_SAMPLES} effective samples at P = ${at(few)}.`}
      {runaway.length > 0 && ` Trajectories ran away at P = ${at(runaway)}.`}
      {!isSound && " More states before and kept, or more chains, make them surer."}
    </p>
  );
}

function ValidityNote({ points }: { points: readonly ShownPoint[] }): JSX.Element {
  const region = points.at(-1)?.validity?.region;
  if (region === undefined)
    return (
      <p class="validity outside">
        With biases theory is known here at infinite width only: biases of all layers and the readout drawn
        from the prior too. Samples show what finite width changes.
      </p>
    );
  const outside = points
    .filter(({ validity }) => validity?.isInside === false)
    .map(({ examples }) => examples);
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
