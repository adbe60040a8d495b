/** Main-thread tasks of a Chromium trace: those of the page, not of the browser's own menus. */
import { describe, expect, it } from "vitest";
import { longestTask, type TraceEvent } from "../../../bench/lab/trace.ts";

const main = (pid: number): TraceEvent => ({
  ...{ name: "thread_name", ph: "M", pid, tid: pid, ts: 0, args: { name: "CrRendererMain" } },
});
const task = (pid: number, milliseconds: number): TraceEvent => ({
  ...{ name: "RunTask", ph: "X", pid, tid: pid, ts: 1 },
  ...{ dur: 2000 * milliseconds, tdur: 1000 * milliseconds },
});
const started = (url: string, processId: number): TraceEvent => ({
  ...{ name: "TracingStartedInBrowser", ph: "I", pid: 1, tid: 1, ts: 0 },
  args: { data: { frames: [{ url, processId }] } },
});

describe("longestTask", () => {
  it("looks at the process that shows the page", () => {
    const events = [
      ...[main(7), main(8), started("http://127.0.0.1:4747/", 7)],
      ...[task(7, 20), task(7, 60), task(8, 300), { ...task(7, 500), tid: 9 }],
    ];
    expect(longestTask(events)).toEqual({ cpuMs: 60, wallMs: 120, long: 1, tasks: 2 });
  });

  it("follows a page that moves to another process", () => {
    const committed: TraceEvent = {
      ...{ name: "FrameCommittedInBrowser", ph: "I", pid: 1, tid: 1, ts: 0 },
      args: { data: { url: "http://127.0.0.1:4747/", processId: 8 } },
    };
    const events = [main(7), main(8), started("about:blank", 7), committed, task(7, 300), task(8, 3)];
    expect(longestTask(events).cpuMs).toBe(3);
  });

  it("says when a trace does not tell", () => {
    expect(() => longestTask([main(7), task(7, 1)])).toThrow("which process");
  });
});
