export { measureExcessKurtosis, predictOutputKurtosis } from "./kurtosis.ts";
