/** What the Flow room measures, in the address: the specification, how decoders are trained, and the pinned networks. */
import { computed } from "@preact/signals";
import {
  createState,
  type Field,
  type FieldSignal,
  listField,
  type NumberField,
  numberField,
  textField,
} from "../../state/index.ts";
import { numbersOf, readSpec, type SpecNumbers, withDepth, withVariance } from "./spec-text.ts";

/** Most networks side by side. */
export const MOST_PINS = 5;

/** Specifications with `!` between them, which no specification contains. */
const pinsField: Field<readonly string[]> = {
  key: "p",
  initial: [],
  read: (text) => {
    const pins = text.split("!").filter((pin) => pin !== "");
    return pins.length <= MOST_PINS
      ? { value: pins }
      : { problem: { received: `${pins.length} pinned networks`, expected: `at most ${MOST_PINS}` } };
  },
  write: (pins) => pins.join("!"),
};

/** State of the room. */
export const state = createState({
  network: textField("n", "784-100x20-10 tanh sw2=1.76 sb2=0.05", { maxLength: 300 }),
  batches: numberField("m", 150, { min: 1, max: 5000, integer: true }),
  batch: numberField("k", 64, { min: 2, max: 2000, integer: true }),
  rate: numberField("e", 0.003, { min: 1e-6, max: 1 }),
  testBatch: numberField("t", 100, { min: 2, max: 500, integer: true }),
  draws: numberField("d", 1, { min: 1, max: 10, integer: true }),
  seed: numberField("s", 0, { min: 0, max: 4294967295, integer: true }),
  /** Mark of the settings that were measured: an address whose settings have this mark is measured when it is opened. */
  measured: textField("go", "", { maxLength: 12 }),
  pins: pinsField,
  /** Name of a dropped model; empty while the text is meant. */
  modelFile: textField("f", "", { maxLength: 255 }),
  /** Sizes that a model leaves open: "input=1,8". */
  shapes: textField("sh", "", { maxLength: 300 }),
  /** Name of dropped data; empty for the sample of MNIST. */
  dataFile: textField("df", "", { maxLength: 255 }),
  /** Figures whose value axis is drawn the other way. */
  otherScales: listField("lg", [], textField("", ""), { maxLength: 10 }),
});

/** The specification; null while the text has a mistake. */
export const spec = computed(() => readSpec(state.network.value));

/** A number inside the text, as sliders take it. */
function numberOfText(
  field: NumberField,
  pick: (numbers: SpecNumbers) => number,
  write: (text: string, value: number) => string,
): FieldSignal<number, NumberField> {
  const value = computed(() => {
    const known = spec.value;
    return known === null ? field.initial : Number(pick(numbersOf(known)).toPrecision(6));
  });
  const edit = (next: number): void => state.network.edit(write(state.network.peek(), next));
  return Object.assign(value, {
    ...{ field, edit },
    commit: (next?: number): void => {
      if (next !== undefined) edit(next);
      state.commit();
    },
  }) as unknown as FieldSignal<number, NumberField>;
}

export const weightVariance: FieldSignal<number, NumberField> = numberOfText(
  numberField("", 1, { min: 0, max: 100 }),
  ({ sigmaW2 }) => sigmaW2,
  (text, value) => withVariance(text, "sw2", value),
);
export const biasVariance: FieldSignal<number, NumberField> = numberOfText(
  numberField("", 0, { min: 0, max: 100 }),
  ({ sigmaB2 }) => sigmaB2,
  (text, value) => withVariance(text, "sb2", value),
);
export const depth: FieldSignal<number, NumberField> = numberOfText(
  numberField("", 1, { min: 1, max: 400, integer: true }),
  ({ depth: repeat }) => repeat,
  withDepth,
);
