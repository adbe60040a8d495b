/** What algorithms ask their driver for: large matrix products on wasm memory. */

/** Which part of C a product touches. */
export const FULL = 0;
export const LOWER = 1;
export const UPPER = 2;

/** C += alpha A B on wasm memory: C is m x n with row stride ldc; A and B have a row and a column stride each. */
export interface Product {
  readonly m: number;
  readonly n: number;
  readonly k: number;
  readonly alpha: number;
  readonly a: number;
  readonly ars: number;
  readonly acs: number;
  readonly b: number;
  readonly brs: number;
  readonly bcs: number;
  readonly c: number;
  readonly ldc: number;
  /** FULL, LOWER or UPPER; entries beyond the triangle may be touched too. Default FULL. */
  readonly triangle?: number;
}

/** An algorithm that asks its driver for large products and gets on with the rest itself. */
export type Steps<T> = Generator<Product, T, void>;
