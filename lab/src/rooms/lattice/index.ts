/** The Lattice room. */
export { room } from "./room.ts";
