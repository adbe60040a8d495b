/** Jobs under way anywhere in the lab, so that Escape can cancel them. */

/** Something that can be stopped. */
export interface Cancellable {
  cancel(): void;
}

/** Jobs under way; `createJob` keeps it. Rooms with workers of their own may add theirs. */
export const runningJobs: Set<Cancellable> = new Set();

/** Cancels all; tells whether there was any. */
export function cancelRunningJobs(): boolean {
  const jobs = [...runningJobs];
  for (const job of jobs) job.cancel();
  return jobs.length > 0;
}
