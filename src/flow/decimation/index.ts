export { decimateChain, relativeEntropyOfChains } from "./chain.ts";
export { DECIMATION_MODELS, type DecimationFlow, type DecimationModel, followDecimation } from "./flow.ts";
export {
  type LayerRelativeEntropy,
  measureLayerRelativeEntropy,
  predictLayerRelativeEntropy,
  relativeEntropyOfGaussians,
} from "./layers.ts";
export {
  decimateSquare,
  MARIS_KADANOFF,
  MIGDAL_KADANOFF,
  relativeEntropyOfSquares,
  type SquareDecimation,
  type SquareFixedPoint,
  solveSquareFixedPoint,
} from "./square.ts";
