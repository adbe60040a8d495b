/** What the page shows, in the form that commands and programs are written from: automatic data are named. */
import type { Copied } from "./copies.ts";
import { reading } from "./document.ts";
import { inspectJob } from "./inspection.tsx";
import { state } from "./state.ts";

/** Examples of MNIST have this many values. */
const MNIST_SIZE = 784;

/** The current settings. */
export function copied(): Copied {
  const file = state.modelFile.peek();
  return {
    network:
      file === ""
        ? { kind: "specification", text: state.text.peek() }
        : { kind: "file", text: file, shapes: state.shapes.peek() },
    data: dataOf(),
    examples: state.examples.peek(),
    seeds: state.seeds.peek(),
    seed: state.seed.peek(),
  };
}

function dataOf(): Copied["data"] {
  const kind = state.data.peek();
  const { shape, isTokens } = networkInput();
  if (kind === "file") return { kind, name: state.dataFile.peek() };
  if (kind === "mnist") return { kind };
  if (kind !== "auto") return { kind, shape, isDefault: false };
  if (isTokens) return { kind: "own" };
  const size = shape.reduce((product, n) => product * n, 1);
  return size === MNIST_SIZE ? { kind: "mnist" } : { kind: "noise", shape, isDefault: true };
}

/** Shape of one input, where it is known, and whether it is token numbers. */
function networkInput(): { shape: readonly number[]; isTokens: boolean } {
  if (state.modelFile.peek() === "") {
    const now = reading.peek();
    return { shape: "spec" in now ? now.spec.input : [MNIST_SIZE], isTokens: false };
  }
  const status = inspectJob.status.peek();
  if (status.kind !== "done") return { shape: [MNIST_SIZE], isTokens: false };
  return { shape: status.result.inputShape, isTokens: status.result.isTokens };
}
