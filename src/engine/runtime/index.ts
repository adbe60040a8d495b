export type { DeclaredValue, Optimization, Tensors } from "./messages.ts";
export { createPool, type Pool } from "./pool.ts";
export {
  createSession,
  prepareEngine,
  type RunOptions,
  type Session,
  type SessionOptions,
} from "./session.ts";
