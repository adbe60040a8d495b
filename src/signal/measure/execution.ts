/** How the graphs of a measurement run: threads, device, interruption. */
import type { WorkOptions } from "../../base/index.ts";
import type { SessionOptions } from "../../engine/index.ts";
import type { Device } from "../../platform/index.ts";

/** Options of everything that runs graphs. */
export interface ExecutionOptions extends WorkOptions {
  /** Threads inside one operator. Default 1. */
  readonly threads?: number;
  /** Where operators run. Default "cpu"; other devices round in another order, so that last digits differ. */
  readonly device?: Device;
}

/** The same for a session. */
export function sessionOptions({ threads = 1, device = "cpu", signal }: ExecutionOptions): SessionOptions {
  return { threads, device, ...(signal === undefined ? {} : { signal }) };
}
