/** The Flow room. */
export { room } from "./room.ts";
