/** The room as it is seen. */
import type { JSX } from "preact";
import { checkActivation, Expression, Slider } from "../../controls/index.ts";
import { state } from "./state.ts";

/** The Phase room. */
export function View(): JSX.Element {
  return (
    <div class="bench">
      <div class="panel controls">
        <Expression label="activation" field={state.activation} check={checkActivation} />
        <Slider
          label="weight variance × fan-in, σ_w²"
          field={state.weightVariance}
          step={0.01}
          range={[0.01, 4]}
        />
        <Slider label="bias variance, σ_b²" field={state.biasVariance} step={0.01} range={[0, 1]} />
      </div>
    </div>
  );
}
