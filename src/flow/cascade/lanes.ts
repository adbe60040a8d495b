/**
 * Threads that each run one graph at a time. A lane keeps the sessions of the graphs it met last, since most blocks of
 * a chain have the same graph and differ only in their parameters, which are fed.
 */
import { createPool, createSession, type Pool, type Session } from "../../engine/index.ts";

/** Graphs that a lane keeps prepared. */
const KEPT_SESSIONS = 8;

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

/** Opens `count` lanes: threads of `pool`, or the engine's own thread and `count - 1` new ones. */
export function openLanes(
  count: number,
  pool?: Pool,
): { readonly lanes: readonly Lane[]; release(): Promise<void> } {
  const extra = pool === undefined && count > 1 ? createPool(count - 1) : undefined;
  const lanes = Array.from({ length: count }, (_, i) =>
    openLane(pool ?? (i > 0 && extra !== undefined ? extra : { createSession })),
  );
  return {
    lanes,
    release: async () => {
      await Promise.all(lanes.map((lane) => lane.release()));
      await extra?.release();
    },
  };
}

/** Where the first session of a lane is made; the others share its thread. */
type Home = Pick<Pool, "createSession">;

function openLane(home: Home): Lane {
  let prepared: Prepared[] = [];
  let first: Session | undefined;
  return {
    session: async (bytes) => {
      const known = prepared.find((candidate) => isSame(candidate.bytes, bytes));
      if (known !== undefined) {
        prepared = [known, ...prepared.filter((other) => other !== known)];
        return known.session;
      }
      const share = first === undefined ? {} : { share: first };
      const session = await home.createSession(bytes, { threads: 1, optimize: "fuse", ...share });
      first ??= session;
      prepared.unshift({ bytes, session });
      for (const { session: old } of prepared.splice(KEPT_SESSIONS)) if (old !== first) await old.release();
      return session;
    },
    release: async () => {
      for (const session of new Set([first, ...prepared.map((entry) => entry.session)]))
        await session?.release();
    },
  };
}

function isSame(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}
