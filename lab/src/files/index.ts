/** Dropped models and data, the same in every room: kept by name, looked into before they are run, told what is missing. */
export { formatBytes } from "./bytes.ts";
export { createInspectJob, type InspectJob } from "./inspect-job.ts";
export { type InspectAnswer, isRefused } from "./inspect-messages.ts";
export { InspectionPanel } from "./inspection.tsx";
export { MissingFile } from "./missing-file.tsx";
export { DataDrop, dropHandlers, ModelDrop, ModelFile } from "./model-file.tsx";
export { countOf, sizeOfModel } from "./model-size.ts";
export { createShelf, DATA_ENDINGS, isDataFile, type Shelf } from "./shelf.ts";
