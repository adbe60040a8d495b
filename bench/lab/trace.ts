/** Main-thread tasks of a page from a Chromium trace: how long the longest one took, on the clock and in processor time. */
import type { Browser, Page } from "playwright-core";

/** The longest tasks of the page's main thread. */
export interface LongestTask {
  /** Milliseconds on the clock, waiting for a processor included. */
  readonly wallMs: number;
  /** Milliseconds of processor time. */
  readonly cpuMs: number;
  /** Tasks of 50 ms and more of processor time. */
  readonly long: number;
  readonly tasks: number;
}

/** An event as Chromium writes it. */
export interface TraceEvent {
  readonly name: string;
  readonly ph: string;
  readonly pid: number;
  readonly tid: number;
  readonly ts: number;
  /** Microseconds on the clock. */
  readonly dur?: number;
  /** Microseconds of processor time. */
  readonly tdur?: number;
  readonly args?: {
    readonly name?: string;
    readonly data?: Committed & { readonly frames?: readonly Committed[] };
  };
}

/** Which process shows a page. */
interface Committed {
  readonly url?: string;
  readonly processId?: number;
}

/** Milliseconds from which a task is felt (RAIL). */
const LONG = 50;

/** Traces the page while `work` goes on. */
export async function traceTasks(
  browser: Browser,
  page: Page,
  work: () => Promise<void>,
): Promise<LongestTask> {
  await browser.startTracing(page, {
    categories: ["toplevel", "devtools.timeline", "disabled-by-default-devtools.timeline"],
  });
  await work();
  const trace = JSON.parse((await browser.stopTracing()).toString("utf8")) as { traceEvents: TraceEvent[] };
  return longestTask(trace.traceEvents);
}

/** Tasks of the main thread of the process that shows the page; the browser draws menus of its own in others. */
export function longestTask(events: readonly TraceEvent[]): LongestTask {
  const shown = events
    .filter(({ name }) => name === "TracingStartedInBrowser" || name === "FrameCommittedInBrowser")
    .flatMap(({ args }) => args?.data?.frames ?? (args?.data === undefined ? [] : [args.data]))
    .filter(({ url = "" }) => url.startsWith("http"))
    .map(({ processId }) => processId);
  const mains = new Set(
    events
      .filter(({ name, args }) => name === "thread_name" && args?.name === "CrRendererMain")
      .filter(({ pid }) => shown.includes(pid))
      .map(({ pid, tid }) => `${pid} ${tid}`),
  );
  if (mains.size === 0) throw new Error("the trace does not say which process shows the page");
  const tasks = events.filter(
    ({ name, ph, pid, tid }) => ph === "X" && /RunTask$/.test(name) && mains.has(`${pid} ${tid}`),
  );
  const most = (values: readonly number[]): number => values.reduce((a, b) => Math.max(a, b), 0) / 1000;
  return {
    wallMs: most(tasks.map(({ dur = 0 }) => dur)),
    cpuMs: most(tasks.map(({ tdur = 0 }) => tdur)),
    long: tasks.filter(({ tdur = 0 }) => tdur >= 1000 * LONG).length,
    tasks: tasks.length,
  };
}
