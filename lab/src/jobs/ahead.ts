/**
 * Workers started before the room that uses them is there: their code and the room's are fetched side by side, and they
 * prepare what they will need. For the room that a visit begins with.
 */
import type { ToWorker } from "./messages.ts";

/** Workers of one kind. */
export interface WorkersAhead<Ahead> {
  /** Starts so many and lets each prepare. */
  start(count: number, ahead: Ahead): void;
  /** One that was started, or a new one: what `createJob` starts its worker with. */
  take(): Worker;
}

/**
 * Keeps workers until they are taken; one that did not load is forgotten, so that whoever needs it starts anew and hears why.
 *
 * @param make - a literal `() => new Worker(new URL("./worker.ts", import.meta.url), { type: "module" })`.
 */
export function keepWorkers<Ahead>(make: () => Worker): WorkersAhead<Ahead> {
  const ready = new Set<Worker>();
  return {
    start(count, ahead) {
      for (let i = 0; i < count; i++) {
        const worker = make();
        worker.addEventListener("error", () => ready.delete(worker));
        worker.postMessage({ kind: "prepare", ahead } satisfies ToWorker<never>);
        ready.add(worker);
      }
    },
    take() {
      const [worker] = ready;
      if (worker === undefined) return make();
      ready.delete(worker);
      return worker;
    },
  };
}
