/** What the Generalise room predicts, in the address: task, network, posterior, and whether it is sampled. */
import type { CurveForm } from "../../../../src/bayes/index.ts";
import { choiceField, createState, flagField, listField, numberField, textField } from "../../state/index.ts";
import { formWords } from "./forms.ts";
import type { CurveRequest, TaskRequest } from "./types.ts";

/** State of the room. */
export const state = createState({
  task: choiceField("d", "pair", ["pair", "parity", "teacher"]),
  negative: numberField("c", 0, { min: 0, max: 9, integer: true }),
  positive: numberField("e", 1, { min: 0, max: 9, integer: true }),
  inputs: numberField("i", 50, { min: 1, max: 1000, integer: true }),
  units: numberField("k", 20, { min: 1, max: 1000, integer: true }),
  noise: numberField("o", 0.1, { min: 0, max: 10 }),
  activation: textField("a", "erf", { maxLength: 200 }),
  depth: numberField("l", 1, { min: 1, max: 8, integer: true }),
  width: numberField("w", 20, { min: 1, max: 100_000, integer: true }),
  temperature: numberField("t", 0.1, { min: 0, max: 100 }),
  weightVariance: numberField("v", 1, { min: 0.001, max: 100 }),
  largest: numberField("p", 100, { min: 1, max: 600, integer: true }),
  seed: numberField("s", 0, { min: 0, max: 4294967295, integer: true }),
  form: choiceField<CurveForm>("f", "vanilla", Object.keys(formWords) as CurveForm[]),
  isSampled: flagField("h", false),
  chains: numberField("n", 2, { min: 1, max: 10, integer: true }),
  samples: numberField("m", 200, { min: 8, max: 10_000, integer: true }),
  burnIn: numberField("b", 200, { min: 0, max: 10_000, integer: true }),
  biasVariance: numberField("u", 0, { min: 0, max: 100 }),
  sampler: choiceField("y", "auto", ["auto", "hamiltonian", "langevin"]),
  /** Figures whose value axis is drawn the other way. */
  otherScales: listField("lg", [], textField("", ""), { maxLength: 10 }),
});

/** The curve that the state asks for; signals are followed. */
export function requestOf(): CurveRequest {
  const { chains, samples, burnIn } = state;
  const sampler = state.sampler.value;
  return {
    task: taskOf(),
    ...{ activation: state.activation.value, depth: state.depth.value, width: state.width.value },
    ...{ temperature: state.temperature.value, weightVariance: state.weightVariance.value },
    ...(state.biasVariance.value === 0 ? {} : { biasVariance: state.biasVariance.value }),
    ...{ largest: state.largest.value, seed: state.seed.value },
    form: state.form.value,
    sampling: state.isSampled.value
      ? {
          ...{ chains: chains.value, samples: samples.value, burnIn: burnIn.value },
          ...(sampler === "auto" ? {} : { dynamics: sampler }),
        }
      : null,
  };
}

function taskOf(): TaskRequest {
  switch (state.task.value) {
    case "pair":
      return { kind: "pair", classes: [state.negative.value, state.positive.value] };
    case "parity":
      return { kind: "parity" };
    case "teacher":
      return {
        kind: "teacher",
        ...{ inputs: state.inputs.value, units: state.units.value, noise: state.noise.value },
      };
  }
}
