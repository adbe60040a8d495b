/** What the Phase room shows: an activation, a window on the plane of variances, the cross-hair and the pinned points. */
import { createState, numberField, textField } from "../../state/index.ts";

/** State of the room. */
export const state = createState({
  activation: textField("a", "tanh", { maxLength: 200 }),
  weightVariance: numberField("w", 1.76, { min: 0.01, max: 100 }),
  biasVariance: numberField("b", 0.05, { min: 0, max: 100 }),
});
