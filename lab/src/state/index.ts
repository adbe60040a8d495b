/** State of rooms and the address bar. */
export * from "./address.ts";
export * from "./fields.ts";
export * from "./state.ts";
