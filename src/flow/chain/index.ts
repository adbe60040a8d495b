export type { BlockKind, DecoderParameter, DecoderPlan, FlowBlock, FlowChain } from "./types.ts";
