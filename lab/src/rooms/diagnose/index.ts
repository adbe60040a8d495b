/** The Diagnose room. */
export { room } from "./room.ts";
