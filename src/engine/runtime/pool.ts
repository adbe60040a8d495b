/** Several worker threads for sweeps: each session of a pool lives on the thread that has the fewest. */
import { platform } from "#platform";
import { SpecError } from "../../base/index.ts";
import type { Graph } from "../ir.ts";
import { createSessionOn } from "./session.ts";
import type { Session, SessionOptions } from "./session-types.ts";
import { EngineThread, interrupted } from "./thread.ts";

/** A set of worker threads. */
export interface Pool {
  /** Number of threads. */
  readonly size: number;
  /** Prepares a graph on the least occupied thread (or on the thread of `share`). */
  createSession(model: Graph | Uint8Array, options?: SessionOptions): Promise<Session>;
  /**
   * Applies `work` to every item, at most `size` at a time, in the order of `items`; results keep that order. The
   * first failure, or an abort, stops further items from starting.
   */
  map<T, R>(
    items: readonly T[],
    work: (item: T, index: number) => Promise<R>,
    options?: { readonly signal?: AbortSignal },
  ): Promise<R[]>;
  /** Ends the threads; runs that are still going are rejected. */
  release(): Promise<void>;
}

/**
 * Starts `size` threads (default: one for each hardware thread).
 *
 * @example
 * ```ts
 * const pool = createPool(2);
 * const squares = await pool.map([1, 2, 3], async (x) => x * x);
 * squares; // => [1, 4, 9]
 * await pool.release();
 * ```
 */
export function createPool(size: number = platform.threadCount()): Pool {
  if (!Number.isInteger(size) || size < 1) {
    throw new SpecError(`createPool: ${size} threads, expected a positive integer`);
  }
  const threads = Array.from({ length: size }, () => new EngineThread());
  return {
    size,
    createSession: (model, options = {}) => {
      const fewest = Math.min(...threads.map(({ sessions }) => sessions));
      return createSessionOn(
        threads.find(({ sessions }) => sessions === fewest),
        model,
        options,
      );
    },
    map: async (items, work, { signal } = {}) => {
      const results = new Array(items.length);
      let next = 0;
      let hasFailed = false;
      const lane = async (): Promise<void> => {
        while (next < items.length && !hasFailed) {
          if (signal?.aborted) throw interrupted();
          const index = next++;
          try {
            results[index] = await work(items[index] as never, index);
          } catch (error) {
            hasFailed = true;
            throw error;
          }
        }
      };
      await Promise.all(Array.from({ length: Math.min(size, items.length) }, lane));
      return results;
    },
    release: async () => {
      await Promise.all(threads.map((thread) => thread.terminate()));
    },
  };
}
