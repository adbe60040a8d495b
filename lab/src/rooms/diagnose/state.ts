/** What the Diagnose room is asked, as far as an address can say it: a dropped file is named there, and stays in its tab. */
import { choiceField, createState, flagField, numberField, textField } from "../../state/index.ts";

/** The network shown first: the one of the README. */
export const FIRST_NETWORK = "784-300x50-10 tanh";
/** Where examples come from. */
export const DATA_KINDS = ["auto", "mnist", "noise", "mixture", "file"] as const;
/** Where operators run. */
export const DEVICES = ["cpu", "webgpu"] as const;
/** The sample of MNIST that the lab carries ends here. */
export const MOST_EXAMPLES = 2000;
const MOST_SEED = 2 ** 31 - 1;

/** State of the room. */
export const state = createState({
  text: textField("s", FIRST_NETWORK, { maxLength: 2000 }),
  /** Name of a dropped model; empty while the text is meant. */
  modelFile: textField("f", "", { maxLength: 255 }),
  /** Sizes that a model leaves open: "input=1,8". */
  shapes: textField("sh", "", { maxLength: 300 }),
  data: choiceField("d", "auto", DATA_KINDS),
  /** Name of dropped data. */
  dataFile: textField("df", "", { maxLength: 255 }),
  examples: numberField("n", 256, { min: 2, max: MOST_EXAMPLES, integer: true }),
  seeds: numberField("k", 5, { min: 1, max: 100, integer: true }),
  seed: numberField("r", 0, { min: 0, max: MOST_SEED, integer: true }),
  device: choiceField("g", "cpu", DEVICES),
  /** Whether it was run, so that a link shows results. */
  wasRun: flagField("x", false),
  /** The highlighted layer, counted from 1; 0 for none. */
  layer: numberField("l", 0, { min: 0, max: 100_000, integer: true }),
});
