/** Run folders that continue after a kill, and checks on output files. Node only. */
export * from "./execute.ts";
export * from "./files.ts";
export * from "./folder.ts";
export * from "./manifest.ts";
