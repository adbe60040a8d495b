export { bindParameters, exportNetwork, type ParameterValues } from "./bind.ts";
export { type BuildOptions, buildNetwork } from "./build.ts";
export type { NormalizationStatistics } from "./context.ts";
export type {
  LayerKind,
  LayerRole,
  NetworkGraph,
  NetworkLayer,
  ParameterInfo,
  WeightLayout,
} from "./types.ts";
