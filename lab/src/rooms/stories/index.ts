/** The Stories room: guided walks through the other rooms. */
export { room } from "./room.ts";
