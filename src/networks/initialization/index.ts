export {
  drawLayer,
  type InitializedParameters,
  type InitializeOptions,
  initialize,
  type LayerParametrization,
  type Parametrization,
  parametrizationOfLayers,
} from "./initialize.ts";
export { loadOrthonormalize } from "./kernel-qr.ts";
export { gramSchmidt, type Orthonormalize, sampleOrthogonal } from "./orthogonal.ts";
export { type LayerVariances, layerVariances, varianceConvention } from "./schemes.ts";
