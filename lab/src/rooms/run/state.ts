/** Which run is shown. */
import { createState, textField } from "../../state/index.ts";

/** State of the room. */
export const state = createState({
  /** Name of the run's folder; empty for the newest. */
  id: textField("id", "", { maxLength: 255 }),
});
