/** Entry of the worker thread: takes requests in order, skips those that were abandoned while they waited. */
import { platform } from "#platform";
import { buffersOf, Host } from "./host.ts";
import type { FromWorker, ToWorker } from "./messages.ts";

const port = platform.parentPort();
const host = new Host(platform);
const waiting = new Set<number>();
let last: Promise<void> = Promise.resolve();

port.onMessage((received) => {
  const { id, request } = received as ToWorker;
  if (request === null) {
    waiting.delete(id);
    return;
  }
  const abandoned: FromWorker = { id, abandoned: true };
  const hadToQueue = waiting.size > 0;
  waiting.add(id);
  const isWanted = async (): Promise<boolean> => {
    await port.drain();
    return waiting.has(id);
  };
  last = last.then(async () => {
    if (hadToQueue && !(await isWanted())) return port.post(abandoned);
    try {
      const answer = await host.answer(request, isWanted);
      const isTensors = request.kind === "run" || request.kind === "read" || request.kind === "descend";
      if (waiting.delete(id)) {
        port.post({ id, answer } satisfies FromWorker, isTensors ? buffersOf(answer as never) : []);
      } else port.post(abandoned);
    } catch (error) {
      const failure = error instanceof Error ? error.message : String(error);
      port.post(waiting.delete(id) ? ({ id, failure } satisfies FromWorker) : abandoned);
    }
  });
});
