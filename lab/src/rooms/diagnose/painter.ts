/** The phase diagram beside a diagnosis: it is painted while ONNX Runtime measures in its own thread. */
import type { PhaseDiagramInput } from "../../../../src/figures/index.ts";
import { resolveActivation } from "../../../../src/networks/index.ts";
import { type Diagnosis, paintPhaseDiagram, windowAround } from "../../../../src/signal/index.ts";

/** The phase diagram of the network's activation; painted once, beside the measurement. */
export class Painter {
  readonly #signal: AbortSignal;
  #painting: Promise<void> | null = null;
  diagram: PhaseDiagramInput | null = null;
  isDone = false;

  constructor(signal: AbortSignal) {
    this.#signal = signal;
  }

  start(diagnosis: Diagnosis): void {
    if (this.#painting !== null) return;
    const { activation } = diagnosis.network;
    if (activation === null) {
      this.isDone = true;
      this.#painting = Promise.resolve();
      return;
    }
    const options = { signal: this.#signal };
    this.#painting = paintPhaseDiagram(resolveActivation(activation), windowAround(diagnosis), options).then(
      ({ activation: name, sigmaW2, sigmaB2, xiC, criticalLine }) => {
        this.diagram = { activation: name, sigmaW2, sigmaB2, xiC, criticalLine };
        this.isDone = true;
      },
    );
    // awaited in finish(); a cancel in between is no unhandled failure
    this.#painting.catch(() => {});
  }

  async finish(): Promise<void> {
    await this.#painting;
  }
}
