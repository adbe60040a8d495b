export type { NodeCoverage, Theory } from "./coverage.ts";
export { cutAtEmbedding, type EmbeddedModel } from "./embedding.ts";
export type { LayerCoverage, LayerTheory } from "./layer-coverage.ts";
export { describeModel, layersOf, type ModelStructure } from "./layers-of.ts";
export {
  type ReinitializedLayer,
  type ReinitializedModel,
  type ReinitializeOptions,
  reinitialize,
} from "./reinitialize.ts";
export { type NetworkWiring, type ResidualBlock, wiringOf } from "./residual-blocks.ts";
