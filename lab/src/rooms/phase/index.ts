/** The Phase room. */
export { room } from "./room.ts";
