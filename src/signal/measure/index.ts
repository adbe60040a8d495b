export { measureSignal } from "./specification.ts";
export type {
  Examples,
  InputStatistics,
  LayerMeasurement,
  MeasureOptions,
  SignalMeasurement,
} from "./types.ts";
