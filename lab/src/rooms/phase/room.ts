/** What the shell needs to know about the Phase room. */
import type { Room } from "../../room.ts";
import { moveToCriticalLine } from "./critical.ts";
import { pinHere } from "./pins.tsx";
import { state } from "./state.ts";
import { View } from "./view.tsx";
import { resetWindow } from "./window.ts";

/** The Phase room. */
export const room: Room = {
  name: "phase",
  title: "Phase",
  summary: "Order, chaos and the critical line between them, for any activation.",
  state,
  View,
  commandLine() {
    const [activation, weights, biases] = [
      state.activation.peek(),
      state.weights.peek(),
      state.biases.peek(),
    ];
    const quoted = `'${activation.replaceAll("'", `'\\''`)}'`;
    return [
      `isinglass signal --activation ${quoted} --weight-variance ${state.weightVariance.peek()} --bias-variance ${state.biasVariance.peek()}`,
      `isinglass phase --activation ${quoted} --weight ${weights.join(":")} --bias ${biases.join(":")} --resolution ${state.resolution.peek()}`,
    ].join("\n");
  },
  code() {
    const n = state.resolution.peek();
    const variances = `{ sigmaW2: ${state.weightVariance.peek()}, sigmaB2: ${state.biasVariance.peek()} }`;
    return `import { resolveActivation } from "isinglass/networks";
import { paintPhaseDiagram, predictDepthProfile, solveMeanField } from "isinglass/signal";

const activation = resolveActivation(${JSON.stringify(state.activation.peek())});
const field = solveMeanField(activation, ${variances});
const profile = predictDepthProfile(activation, ${variances}, {
  depth: ${state.depth.peek()}, cosine: ${state.cosine.peek()},
});
const diagram = await paintPhaseDiagram(activation, {
  sigmaW2: [${state.weights.peek().join(", ")}], sigmaB2: [${state.biases.peek().join(", ")}], nx: ${n}, ny: ${n},
});
console.log(field.phase, field.q.value, field.c.value, field.chi1.value, field.xiQ.value, field.xiC.value);
console.log(profile.c.at(-1), diagram.xiC.length);
`;
  },
  shortcuts: [
    { key: "p", does: "Pin the cross-hair", run: pinHere },
    {
      key: "c",
      does: "Move to the critical line at this bias variance",
      run: () => void moveToCriticalLine(),
    },
    { key: "0", does: "Show the whole window again", run: resetWindow },
  ],
  reset: () => state.reset(),
};
