/**
 * Threads that each run one graph at a time. A lane keeps the sessions of the graphs it met last, since most blocks of
 * a chain have the same graph and differ only in their parameters, which are fed.
 */
import { createPool, type Pool, type Session } from "../../engine/index.ts";

/** Graphs that a lane keeps prepared. */
const KEPT_SESSIONS = 4;

/** One thread. */
export interface Lane {
  /** The session for a graph, prepared now or before. */
  session(bytes: Uint8Array): Promise<Session>;
  release(): Promise<void>;
}

interface Prepared {
  readonly bytes: Uint8Array;
  readonly session: Session;
}

/** Opens `count` lanes on `pool` (or on new threads). */
export function openLanes(
  count: number,
  pool?: Pool,
): { readonly lanes: readonly Lane[]; release(): Promise<void> } {
  const pools = Array.from({ length: count }, () => pool ?? createPool(1));
  const lanes = pools.map((own) => openLane(own));
  return {
    lanes,
    release: async () => {
      if (pool === undefined) await Promise.all(pools.map((own) => own.release()));
      else await Promise.all(lanes.map((lane) => lane.release()));
    },
  };
}

function openLane(pool: Pool): Lane {
  let prepared: Prepared[] = [];
  let home: Session | undefined;
  return {
    session: async (bytes) => {
      const known = prepared.find((candidate) => isSame(candidate.bytes, bytes));
      if (known !== undefined) {
        prepared = [known, ...prepared.filter((other) => other !== known)];
        return known.session;
      }
      const session = await pool.createSession(bytes, {
        threads: 1,
        optimize: "fuse",
        ...(home === undefined ? {} : { share: home }),
      });
      home ??= session;
      prepared.unshift({ bytes, session });
      for (const { session: old } of prepared.splice(KEPT_SESSIONS)) if (old !== home) await old.release();
      return session;
    },
    release: async () => {
      for (const session of new Set([home, ...prepared.map((entry) => entry.session)]))
        await session?.release();
    },
  };
}

function isSame(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}
