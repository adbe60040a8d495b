/** What is measured on a network, layer by layer, with errors. */
import type { Estimate } from "../../base/index.ts";
import type { NetworkLayer, Parametrization } from "../../networks/index.ts";
import type { ExecutionOptions } from "./execution.ts";

/** Examples to run through the network; a `Dataset` is one. */
export interface Examples {
  /** Row-major [count, ...shape]. */
  readonly inputs: Float32Array;
  readonly count: number;
  /** Shape of one example; only its size must fit the network's input. */
  readonly shape: readonly number[];
}

/** Options of measurements on specifications. */
export interface MeasureOptions extends ExecutionOptions {
  /** Number of independent draws of the parameters. Default 5. */
  readonly seeds?: number;
  /** Whether to measure gradients with respect to weights too. Default true. */
  readonly weightGradients?: boolean;
  /** Names of further values of the network's graph (with one batch of all examples) to measure q and c of. */
  readonly values?: readonly string[];
  /** Called after each draw but the last with what was measured so far; its cost overlaps with the next run. */
  readonly onPartial?: (measurement: SignalMeasurement) => void;
}

/** One weight layer. Expectations run over inputs (and seeds); h is the pre-activation with N components. */
export interface LayerMeasurement {
  readonly layer: NetworkLayer;
  /** q = E |h|^2 / N. */
  readonly q: Estimate;
  /** Standard deviation of q over seeds: the finite-width spread, O(q / sqrt N). Null for a file (one draw). */
  readonly qSpread: number | null;
  /** Mean cosine of h(x), h(y) over pairs x, y. */
  readonly c: Estimate;
  /** 1 - c, computed without cancellation: exact to about 1e-6 of itself down to 1e-14. */
  readonly oneMinusC: Estimate;
  /** |dL/dh|^2 per input, L = u . output with a random cotangent u ~ N(0, 1). */
  readonly gradient: Estimate;
  /** `gradient` over that of the last layer of the chain. */
  readonly relativeGradient: Estimate;
  /** |dL/dW|^2 for L = sum over inputs of u . output / sqrt(count); null when not asked for. */
  readonly weightGradient: Estimate | null;
  /** Factor by which |dL/dh|^2 grows from the next layer of the chain to this one: chi. Null off the chain. */
  readonly chi: Estimate | null;
}

/** Statistics of a value of the network. */
export interface ValueStatistics {
  /** Mean square of the components, E |x|^2 / N. */
  readonly q: Estimate;
  /** Mean cosine over pairs of inputs, uncentred. */
  readonly c: Estimate;
}

/** Statistics of the inputs themselves: where theory starts. */
export interface InputStatistics extends ValueStatistics {
  readonly count: number;
}

/** Result of a measurement. */
export interface SignalMeasurement {
  /** "seeds": errors over draws of the parameters; "inputs": over the inputs of one fixed network. */
  readonly errorsOver: "seeds" | "inputs";
  readonly input: InputStatistics;
  readonly layers: readonly LayerMeasurement[];
  /** Values that were asked for beside the layers, by name. */
  readonly values: ReadonlyMap<string, ValueStatistics>;
  /** How the parameters were drawn; null for a file. */
  readonly parametrization: Parametrization | null;
  readonly seed: number | null;
  /** What the numbers rest on, one sentence each. */
  readonly assumptions: readonly string[];
}
