export {
  type DenseBlockOptions,
  type DenseChainOptions,
  denseBlock,
  drawDenseChain,
  linearDecoder,
} from "./dense.ts";
export type { BlockKind, DecoderParameter, DecoderPlan, FlowBlock, FlowChain } from "./types.ts";
