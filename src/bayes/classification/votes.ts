/**
 * Class probabilities of a regression on labels: the share of predicted targets y* = f + noise whose largest output is the class's, of
 * posterior draws of f. With one output (classes +1 and -1) that share is known for Gaussian f, else it is counted.
 */
import { type Matrix, normalCdf, type RandomStream, zeros } from "../../numerics/index.ts";
import type { IndependentOutputs } from "../matrix-scale/index.ts";

/** Collects states of a posterior. */
export interface Votes {
  /** A state whose outputs are Gaussian. */
  addGaussian(outputs: IndependentOutputs): void;
  /** A state that knows its outputs, [M, D] row by row. */
  addOutputs(test: Float64Array): void;
  /** P(class), [M, C], rows with sum 1; each class has 1 / C of a draw beside its own, so that none is impossible. */
  probability(): Matrix;
}

/** What votes are counted of. */
export interface VoteSetting {
  /** M test examples, C classes, D outputs: 1 (for two classes) or C. */
  readonly examples: number;
  readonly classes: number;
  readonly outputs: number;
  /** Variance T of the noise. */
  readonly temperature: number;
  /** Draws of a state. */
  readonly draws: number;
  readonly stream: RandomStream;
}

export function countVotes({ examples, classes, outputs, temperature, draws, stream }: VoteSetting): Votes {
  const counts = zeros(examples, classes);
  let total = 0;
  const deviation = Math.sqrt(temperature);
  const addSign = (m: number, mean: number, variance: number): void => {
    const p = normalCdf(mean / Math.sqrt(variance + temperature));
    counts.data[2 * m] = (counts.data[2 * m] as number) + draws * (1 - p);
    counts.data[2 * m + 1] = (counts.data[2 * m + 1] as number) + draws * p;
  };
  const value = new Float64Array(outputs);
  const count = (m: number): void => {
    let best = 0;
    for (let c = 1; c < outputs; c++) if ((value[c] as number) > (value[best] as number)) best = c;
    const at = m * classes + best;
    counts.data[at] = (counts.data[at] as number) + 1;
  };
  return {
    addGaussian: ({ vectors, parts }) => {
      total += draws;
      for (let m = 0; m < examples; m++) {
        if (outputs === 1) {
          const [part] = parts as [IndependentOutputs["parts"][number]];
          addSign(m, (vectors.data[0] as number) * (part.mean[m] as number), part.variance[m] as number);
          continue;
        }
        for (let d = 0; d < draws; d++) {
          value.fill(0);
          parts.forEach(({ mean, variance }, a) => {
            // noise is as large in every direction
            const one =
              (mean[m] as number) + Math.sqrt((variance[m] as number) + temperature) * stream.normal();
            for (let c = 0; c < outputs; c++)
              value[c] = (value[c] as number) + (vectors.data[c * outputs + a] as number) * one;
          });
          count(m);
        }
      }
    },
    addOutputs: (test) => {
      total += draws;
      for (let m = 0; m < examples; m++) {
        if (outputs === 1) {
          addSign(m, test[m] as number, 0);
          continue;
        }
        for (let d = 0; d < draws; d++) {
          for (let c = 0; c < outputs; c++)
            value[c] = (test[m * outputs + c] as number) + deviation * stream.normal();
          count(m);
        }
      }
    },
    probability: () => ({
      rows: examples,
      cols: classes,
      data: counts.data.map((n) => (n + 1 / classes) / (total + 1)),
    }),
  };
}
