/** The Generalise room. */
export { room } from "./room.ts";
