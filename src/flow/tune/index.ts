export { fitGaussianProcess, type GaussianProcess, type Observations } from "./gaussian-process.ts";
export {
  estimateOptimum,
  firstPoints,
  type Optimum,
  type ProfileValue,
  proposePoint,
  type SearchAxis,
  type Trial,
} from "./search.ts";
