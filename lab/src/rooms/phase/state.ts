/** What the Phase room shows: an activation, a window on the plane of variances, the cross-hair, depth, and pinned points. */
import {
  choiceField,
  createState,
  type FieldProblem,
  listField,
  numberField,
  rangeField,
  textField,
} from "../../state/index.ts";
import { DEFAULT_ACTIVATION } from "./ahead.ts";

/** Largest variances that the room looks at. */
export const MOST_WEIGHT = 100;
export const MOST_BIAS = 100;
/** Smallest weight variance; the theory needs a positive one. */
export const LEAST_WEIGHT = 0.01;

/** A network kept for comparison. */
export interface Pin {
  readonly weightVariance: number;
  readonly biasVariance: number;
  readonly activation: string;
}

/** `1.5,0.05,tanh`. */
const pinEntry = {
  read: (text: string): { value: Pin } | { problem: FieldProblem } => {
    const [w = "", b = "", ...rest] = text.split(",");
    const pin = { weightVariance: Number(w), biasVariance: Number(b), activation: rest.join(",") };
    const isFine =
      w !== "" &&
      b !== "" &&
      pin.weightVariance >= LEAST_WEIGHT &&
      pin.weightVariance <= MOST_WEIGHT &&
      pin.biasVariance >= 0 &&
      pin.biasVariance <= MOST_BIAS &&
      pin.activation !== "";
    return isFine
      ? { value: pin }
      : { problem: { received: text, expected: "weight variance,bias variance,activation" } };
  },
  write: ({ weightVariance, biasVariance, activation }: Pin): string =>
    `${weightVariance},${biasVariance},${activation}`,
};

/** Pins at once; more curves than this cannot be told apart. */
export const MOST_PINS = 4;

/** State of the room. */
export const state = createState({
  activation: textField("a", DEFAULT_ACTIVATION, { maxLength: 200 }),
  weightVariance: numberField("w", 1.5, { min: LEAST_WEIGHT, max: MOST_WEIGHT }),
  biasVariance: numberField("b", 0.05, { min: 0, max: MOST_BIAS }),
  weights: rangeField("x", [0.5, 4], { min: LEAST_WEIGHT, max: MOST_WEIGHT }),
  biases: rangeField("y", [0, 0.5], { min: 0, max: MOST_BIAS }),
  quantity: choiceField("z", "xi", ["xi", "c", "q", "chi"]),
  resolution: numberField("n", 100, { min: 16, max: 400, integer: true }),
  depth: numberField("l", 30, { min: 2, max: 200, integer: true }),
  cosine: numberField("c", 0.5, { min: -1, max: 1 }),
  pins: listField<Pin>("p", [], pinEntry, { maxLength: MOST_PINS }),
});

/** The phase names a quantity of the picture. */
export type Quantity = "xi" | "c" | "q" | "chi";
