/** Settings that show one thing each. All finish within half a minute on two processor cores. */
import { state } from "./state.ts";

/** One preset. */
export interface Preset {
  readonly name: string;
  /** What to see. */
  readonly shows: string;
  readonly network: string;
}

const MLP = "784-100x20-10 tanh";

/** The three kinds of flow, and one network of convolutions. */
export const presets: readonly Preset[] = [
  {
    name: "Ordered",
    shows: "small weights: every picture becomes the same",
    network: `${MLP} sw2=0.9 sb2=0.05`,
  },
  { name: "Critical", shows: "the input survives longest", network: `${MLP} sw2=1.76 sb2=0.05` },
  { name: "Chaotic", shows: "large weights: noise buries the input", network: `${MLP} sw2=4 sb2=0.05` },
  {
    name: "Convolutions",
    shows: "eight channels, two halvings, ten equal layers",
    network: "cnn:1x28x28-c8/2-c8/2-c8x10-gap-10 tanh padding=circular sw2=1.05 sb2=0",
  },
];

/** Takes a preset's settings, the others being the defaults, as one history entry. */
export function take({ network }: Preset): void {
  state.edit(() => {
    state.network.value = network;
    state.modelFile.value = "";
    for (const field of [state.batches, state.batch, state.rate, state.testBatch, state.draws])
      field.value = field.field.initial;
  });
}
