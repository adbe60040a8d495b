/** The Run room: run folders that `isinglass lab RUN` serves. */
export { room } from "./room.ts";
