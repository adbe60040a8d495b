export { formatNetwork } from "./format.ts";
export { checkInitialization, type SpecOptions, schemeNames } from "./options.ts";
export { parseNetwork } from "./parse.ts";
export { layerSchema, networkSchema, validateSpec } from "./schema.ts";
export { traceShapes } from "./shapes.ts";
export {
  type InitializationSpec,
  type LayerSpec,
  NETWORK_SCHEMA,
  type NetworkKind,
  type NetworkSpec,
  type SchemeName,
} from "./types.ts";
