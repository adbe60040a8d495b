/** Numbers as text and colours: what the command line needs without loading any figure. */
export * from "./colors.ts";
export * from "./format.ts";
