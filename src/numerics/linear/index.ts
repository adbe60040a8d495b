export * from "./tridiagonal-ql.ts";
