// Unblocked LU with partial pivoting of a narrow panel (m x n, row-major, stride lda).

import { axpy } from "./vectors";

/**
 * Factors the panel in place; pivots[j] (32-bit) is the row, counted from the panel's top, exchanged with row j inside the
 * panel's columns only. A column without a non-zero pivot is skipped.
 */
export function luPanel(m: i32, n: i32, a: usize, lda: i32, pivots: usize): void {
  const l = <usize>lda << 3;
  for (let j = 0; j < n; j++) {
    const column = a + (<usize>j << 3);
    let at = j;
    let big = Math.abs(load<f64>(column + <usize>j * l));
    for (let i = j + 1; i < m; i++) {
      const x = Math.abs(load<f64>(column + <usize>i * l));
      if (x > big) {
        big = x;
        at = i;
      }
    }
    store<i32>(pivots + (<usize>j << 2), at);
    if (big == 0) continue;
    const row = a + <usize>j * l;
    if (at != j) swap(n, row, a + <usize>at * l);
    const pivot = load<f64>(row + (<usize>j << 3));
    const rest = n - j - 1;
    for (let i = j + 1; i < m; i++) {
      const q = column + <usize>i * l;
      const f = load<f64>(q) / pivot;
      store<f64>(q, f);
      axpy(rest, -f, row + (<usize>(j + 1) << 3), q + 8);
    }
  }
}

/** Exchanges two vectors. */
export function swap(n: i32, x: usize, y: usize): void {
  for (let i = 0; i < n; i++) {
    const t = load<f64>(x);
    store<f64>(x, load<f64>(y));
    store<f64>(y, t);
    x += 8;
    y += 8;
  }
}
