/** Networks kept for comparison: their numbers side by side with the cross-hair's. */
import type { JSX } from "preact";
import { formatEstimate, formatNumber } from "../../../../src/figures/basics/index.ts";
import { figureTheme } from "../../theme.ts";
import { pinned } from "./follow.ts";
import { COLORS, DASHES } from "./pin-styles.ts";
import { MOST_PINS, type Pin, state } from "./state.ts";

/** Keeps the cross-hair's network. */
export function pinHere(): void {
  const pin: Pin = {
    weightVariance: state.weightVariance.peek(),
    biasVariance: state.biasVariance.peek(),
    activation: state.activation.peek(),
  };
  const pins = state.pins.peek();
  const isKnown = pins.some((known) => state.pins.field.write([known]) === state.pins.field.write([pin]));
  if (!isKnown) state.pins.commit([...pins, pin].slice(-MOST_PINS));
}

/** The table of pins. */
export function Pins(): JSX.Element {
  const pins = state.pins.value;
  return (
    <section class="panel pins" aria-labelledby="pins-title">
      <div class="frame-head">
        <h2 id="pins-title">Pins</h2>
        <button type="button" onClick={pinHere}>
          Pin the cross-hair
        </button>
      </div>
      {pins.length === 0 ? (
        <p class="soft">Pin up to {MOST_PINS} networks to compare their curves and numbers.</p>
      ) : (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolled region must be reachable by keyboard
        <section class="twin" tabIndex={0} aria-label="pinned networks">
          <table>
            <thead>
              <tr>
                {["", "activation", "σ_w²", "σ_b²", "phase", "q*", "c*", "χ₁", "ξ_q", "ξ_c", ""].map(
                  (head, i) => (
                    <th scope="col" key={head + String(i)}>
                      {head === "" ? (
                        <span class="visually-hidden">{i === 0 ? "pin" : "actions"}</span>
                      ) : (
                        head
                      )}
                    </th>
                  ),
                )}
              </tr>
            </thead>
            <tbody>
              {pins.map((pin, i) => (
                <PinRow pin={pin} index={i} key={state.pins.field.write([pin])} />
              ))}
            </tbody>
          </table>
        </section>
      )}
    </section>
  );
}

/** The dashes of a pin's curves. */
function Sample({ index }: { index: number }): JSX.Element {
  const color = COLORS[index] ?? "muted";
  return (
    <svg class="sample" width="34" height="10" aria-hidden="true">
      <line
        x1="1"
        x2="33"
        y1="5"
        y2="5"
        stroke={figureTheme.value[color]}
        stroke-width="2"
        stroke-dasharray={(DASHES[index] ?? []).join(",")}
      />
    </svg>
  );
}

function PinRow({ pin, index }: { pin: Pin; index: number }): JSX.Element {
  const result = pinned.value[index] ?? null;
  return (
    <tr>
      <th scope="row">
        {index + 1} <Sample index={index} />
      </th>
      <td>
        <code>{pin.activation}</code>
      </td>
      <td>{formatNumber(pin.weightVariance)}</td>
      <td>{formatNumber(pin.biasVariance)}</td>
      {result !== null && typeof result === "object" ? (
        <>
          <td>{result.field.phase}</td>
          {(["q", "c", "chi1", "xiQ", "xiC"] as const).map((key) => (
            <td key={key}>{formatEstimate(result.field[key])}</td>
          ))}
        </>
      ) : (
        <td colSpan={6}>{result ?? "…"}</td>
      )}
      <td>
        <button
          type="button"
          class="quiet"
          onClick={() => {
            state.edit(() => {
              state.activation.value = pin.activation;
              state.weightVariance.value = pin.weightVariance;
              state.biasVariance.value = pin.biasVariance;
            });
            state.commit();
          }}
        >
          Go there
        </button>
        <button
          type="button"
          class="quiet"
          aria-label={`Remove pin ${index + 1}`}
          onClick={() => state.pins.commit(state.pins.peek().filter((_, i) => i !== index))}
        >
          Remove
        </button>
      </td>
    </tr>
  );
}
