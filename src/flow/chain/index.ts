export { type ChainOptions, chainOfModel, chainOfNetwork } from "./chain.ts";
export {
  type DenseBlockOptions,
  type DenseChainOptions,
  denseBlock,
  drawDenseChain,
  linearDecoder,
} from "./dense.ts";
export type { BlockKind, ChainEntry, DecoderParameter, DecoderPlan, FlowBlock, FlowChain } from "./types.ts";
