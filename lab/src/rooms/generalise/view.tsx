/** The Generalise room as it is seen: controls to the left, learning curve and kernels to the right. */
import "./style.css";
import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import { Choice, checkActivation, Expression, NumberEntry, Slider, Toggle } from "../../controls/index.ts";
import { JobStatus } from "../../jobs/index.ts";
import { ask, followState, job } from "./curves.ts";
import { Curve, Maps, Means, Spectrum, Widths } from "./figures.tsx";
import { formWords } from "./forms.ts";
import { Numbers } from "./numbers.tsx";
import { saveTeacherTask } from "./save-task.ts";
import { movesAllWeights } from "./specification.ts";
import { requestOf, state } from "./state.ts";

/** The room. */
export function View(): JSX.Element {
  useEffect(followState, []);
  return (
    <div class="bench">
      <Controls />
      <div class="stack">
        <JobStatus job={job} what="the learning curve" retry={ask} />
        <Numbers />
        <div class="pair">
          <Curve />
          <Widths />
        </div>
        <div class="pair">
          <Spectrum />
          <Means />
        </div>
        <Maps />
      </div>
    </div>
  );
}

function Controls(): JSX.Element {
  return (
    <section class="panel controls" aria-label="Task and network">
      <Choice
        label="task"
        field={state.task}
        words={{ pair: "two digits", parity: "odd or even digit", teacher: "random teacher" }}
      />
      {state.task.value === "pair" && (
        <>
          <NumberEntry label="digit for −1" field={state.negative} />
          <NumberEntry label="digit for +1" field={state.positive} />
        </>
      )}
      {state.task.value === "teacher" && (
        <>
          <Slider label="inputs, N₀" field={state.inputs} step={1} range={[5, 400]} />
          <Slider label="the teacher's hidden units" field={state.units} step={1} range={[1, 200]} />
          <Slider label="noise on the targets" field={state.noise} step={0.01} range={[0, 1]} />
        </>
      )}
      <Expression
        label="activation"
        field={state.activation}
        check={checkActivation}
        suggestions={["erf", "relu", "linear", "tanh", "gelu", "sin", "x*sigmoid(x)"]}
      />
      <Slider label="hidden layers" field={state.depth} step={1} />
      <Slider label="width, N" field={state.width} step={0.1} range={[1, 10_000]} log />
      <Slider label="training examples, P" field={state.largest} step={10} range={[10, 400]} />
      <Slider label="temperature, T" field={state.temperature} step={0.1} range={[0.0001, 10]} log />
      <Choice label="form of the theory" field={state.form} words={formWords} />
      <Toggle label="sample the posterior too" field={state.isSampled} />
      <p class="soft">
        {movesAllWeights(requestOf())
          ? "All weights move: every state takes many passes through the network, minutes for a few hundred examples."
          : "Hamiltonian Monte Carlo of the hidden weights, the readout integrated."}
      </p>
      <details>
        <summary>More settings</summary>
        <div class="controls">
          <NumberEntry label="prior weight variance × fan-in" field={state.weightVariance} />
          <NumberEntry label="prior bias variance" field={state.biasVariance} />
          <Choice
            label="sampler"
            field={state.sampler}
            words={{
              auto: "automatic: the readout integrated where it can be",
              hamiltonian: "Hamiltonian, all weights",
              langevin: "Langevin, all weights",
            }}
          />
          <NumberEntry label="chains" field={state.chains} />
          <NumberEntry label="states kept of each chain" field={state.samples} />
          <NumberEntry label="states before" field={state.burnIn} />
          <NumberEntry label="seed" field={state.seed} />
        </div>
      </details>
      {state.task.value === "teacher" ? (
        <p class="soft">
          Teacher and data are drawn from the seed in this tab.{" "}
          <button type="button" onClick={() => void saveTeacherTask()}>
            Save the task
          </button>
        </p>
      ) : (
        <p class="soft">
          Images of the sample of MNIST that is part of this page, standardised: 200 training and 50 test
          images of every digit.
        </p>
      )}
    </section>
  );
}
