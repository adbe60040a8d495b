/** Data in the tab: samples of MNIST, and dropped files that are looked at before they are read. */
export { loadDropped } from "./dropped.ts";
export { type Excerpt, type ExcerptOptions, readExcerpt } from "./excerpt.ts";
export { type DataSummary, inspectData } from "./inspect.ts";
export { loadSample, openSample, SAMPLE_TEST, SAMPLE_TRAIN, type Sample } from "./samples.ts";
export { listArrays, type StoredArray } from "./stored.ts";
