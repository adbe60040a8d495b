/** The Phase room as it is seen: controls and numbers, the diagram, what follows the cross-hair, and the pins. */
import { effect } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import {
  Choice,
  checkActivation,
  Expression,
  NumberEntry,
  RangeEntry,
  Slider,
} from "../../controls/index.ts";
import { Diagram } from "./diagram.tsx";
import { startFollowing } from "./follow.ts";
import { Numbers } from "./numbers.tsx";
import { createPainter, type Painter } from "./painter.ts";
import { Panels } from "./panels.tsx";
import { Pins } from "./pins.tsx";
import { quantities } from "./quantities.ts";
import "./phase.css";
import { state } from "./state.ts";

/** Offered while typing. */
const SUGGESTIONS = [
  ...[
    "tanh",
    "erf",
    "relu",
    "leaky-relu:0.1",
    "gelu",
    "silu",
    "elu",
    "selu",
    "softplus",
    "sigmoid",
    "sin",
    "hard-tanh",
  ],
  ...["x*sigmoid(1.5*x)", "x*exp(-x^2)", "tanh(2*x)"],
];

/** The painters live as long as the page: their tables are worth keeping when the room is left and opened again. */
export const painter: Painter = createPainter();

/** The room. */
export function View(): JSX.Element {
  useEffect(() => {
    const stopFollowing = startFollowing();
    const stopPainting = effect(() => {
      const n = state.resolution.value;
      const [sigmaW2, sigmaB2] = [state.weights.value, state.biases.value];
      painter.paint(state.activation.value, { sigmaW2, sigmaB2, nx: n, ny: n });
    });
    return () => {
      stopFollowing();
      stopPainting();
    };
  }, []);
  return (
    <div class="phase-grid">
      <div class="stack phase-side">
        <div class="panel controls">
          <Expression
            label="activation, a name or an expression of x"
            field={state.activation}
            check={checkActivation}
            suggestions={SUGGESTIONS}
          />
          <WindowSlider which="weights" />
          <WindowSlider which="biases" />
          <Choice
            label="colour"
            field={state.quantity}
            row
            words={{
              xi: quantities.xi.word,
              c: quantities.c.word,
              q: quantities.q.word,
              chi: quantities.chi.word,
            }}
          />
          <details>
            <summary>depth, inputs, window</summary>
            <div class="controls">
              <Slider label="depth, layers" field={state.depth} step={1} />
              <Slider label="cosine of the two inputs" field={state.cosine} step={0.01} />
              <RangeEntry label="window of σ_w²" field={state.weights} />
              <RangeEntry label="window of σ_b²" field={state.biases} />
              <NumberEntry label="points along an axis" field={state.resolution} />
            </div>
          </details>
        </div>
        <Numbers />
      </div>
      <Diagram painter={painter} />
      <div class="stack phase-follow">
        <Panels />
      </div>
      <Pins />
    </div>
  );
}

/** A slider as long as the window, so that both agree. */
function WindowSlider({ which }: { which: "weights" | "biases" }): JSX.Element {
  const range = state[which].value;
  const isWeight = which === "weights";
  return (
    <Slider
      label={isWeight ? "weight variance × fan-in, σ_w²" : "bias variance, σ_b²"}
      field={isWeight ? state.weightVariance : state.biasVariance}
      step={range[1] - range[0] > 1 ? 0.01 : 0.001}
      range={range}
    />
  );
}
