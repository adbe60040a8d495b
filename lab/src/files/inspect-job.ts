/** Starts looking into dropped models. */
import { createJob, type Job } from "../jobs/index.ts";
import type { InspectAnswer, InspectRequest } from "./inspect-messages.ts";

/** What looks into a room's model. */
export type InspectJob = Job<InspectRequest, never, InspectAnswer>;

/** A job of its own for a room. */
export function createInspectJob(): InspectJob {
  return createJob(() => new Worker(new URL("./inspect.worker.ts", import.meta.url), { type: "module" }));
}
