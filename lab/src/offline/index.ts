/** Offline use of the built page. */
export { keepEverything } from "./everything.ts";
export { type NotKept, type Offline, type OfflineEvents, startOffline } from "./register.ts";
