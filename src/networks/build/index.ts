export { bindParameters, exportNetwork, type ParameterValues } from "./bind.ts";
export { type BuildOptions, buildNetwork } from "./build.ts";
export type {
  DropoutMask,
  LayerKind,
  LayerRole,
  NetworkGraph,
  NetworkLayer,
  NormalizationStatistics,
  ParameterInfo,
  WeightLayout,
} from "./types.ts";
