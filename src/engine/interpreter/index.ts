export * from "./interpret.ts";
