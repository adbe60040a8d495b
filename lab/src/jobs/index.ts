/** Computations in workers, seen from the page. The worker's side is `worker.ts`. */
export { createFollower, type Follower } from "./follower.ts";
export * from "./job.ts";
export { JobStatus, type JobStatusProps } from "./job-status.tsx";
export {
  describeError,
  type JobFailure,
  type JobProgress,
  type JobUnsupported,
  type UnsupportedItem,
} from "./messages.ts";
export { type Cancellable, cancelRunningJobs, runningJobs } from "./running.ts";
