export type { AdamDecays } from "./arena.ts";
export type {
  DeclaredValue,
  Descent,
  DescentParameter,
  Optimization,
  Shapes,
  Slice,
  Tensors,
} from "./messages.ts";
export { createPool, type Pool } from "./pool.ts";
export { createSession, prepareEngine } from "./session.ts";
export type { PlaceOptions, ReadOptions, RunOptions, Session, SessionOptions } from "./session-types.ts";
