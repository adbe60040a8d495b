export { compareWithPhase, type DecidedClass, type FlowAgreement } from "./agreement.ts";
export {
  classifyFlow,
  DEFAULT_THRESHOLDS,
  type FlowClass,
  type FlowClassification,
  type FlowEvidence,
  type FlowNumbers,
  type FlowRule,
  type FlowThresholds,
} from "./classify.ts";
export {
  type DecoderLearning,
  type DecoderState,
  learningOf,
  stateOfDecoder,
  targetVariance,
} from "./learning.ts";
export { type DecorrelationSlope, fitDecorrelation } from "./slope.ts";
