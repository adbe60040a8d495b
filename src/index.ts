/** The entry point `isinglass`: errors, the scalar result type and progress, which every sub-path shares. */
export * from "./base/index.ts";
