/**
 * The random decisions of the Monte Carlo updates, as two questions. Simulations ask a random stream; tests ask an
 * enumeration of all answers with their probabilities, and so obtain the exact transition matrix of the same code.
 */
import type { RandomStream } from "../../numerics/index.ts";

/** Answers random questions. */
export interface Dice {
  /** True with probability p; certain answers (p <= 0, p >= 1) draw nothing. */
  chance(p: number): boolean;
  /** Uniform integer in [0, n). */
  below(n: number): number;
}

const BUFFER = 1024;

/** Dice of a random stream: uniforms are drawn in blocks. */
export class StreamDice implements Dice {
  private readonly stream: RandomStream;
  private readonly buffer: Float64Array = new Float64Array(BUFFER);
  private at: number = BUFFER;

  constructor(stream: RandomStream) {
    this.stream = stream;
  }

  chance(p: number): boolean {
    if (p >= 1) return true;
    if (p <= 0) return false;
    return this.uniform() < p;
  }

  below(n: number): number {
    // the bias of a 53-bit uniform is below n 2^-53
    return Math.floor(this.uniform() * n);
  }

  private uniform(): number {
    if (this.at === BUFFER) {
      this.stream.fillUniform(this.buffer);
      this.at = 0;
    }
    return this.buffer[this.at++] as number;
  }
}
