/** What the shell needs to know about the Phase room. */
import type { Room } from "../../room.ts";
import { state } from "./state.ts";
import { View } from "./view.tsx";

/** The Phase room. */
export const room: Room = {
  name: "phase",
  title: "Phase",
  summary: "Order, chaos and the critical line between them, for any activation.",
  state,
  View,
  commandLine: () =>
    `isinglass signal --activation '${state.activation.peek()}' --weight-variance ${state.weightVariance.peek()} --bias-variance ${state.biasVariance.peek()}`,
  code: () => `import { resolveActivation } from "isinglass/networks";
import { solveMeanField } from "isinglass/signal";

const field = solveMeanField(resolveActivation(${JSON.stringify(state.activation.peek())}), {
  sigmaW2: ${state.weightVariance.peek()}, sigmaB2: ${state.biasVariance.peek()},
});
`,
  shortcuts: [],
  reset: () => state.reset(),
};
