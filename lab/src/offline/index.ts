/** Offline use of the built page. */
export { type Offline, type OfflineEvents, startOffline } from "./register.ts";
