/** The vectorised generator against the plain loop, bit for bit. */
import { expect, test } from "vitest";
import { fillPhiloxBlocks } from "../../src/numerics/index.ts";
import { fillBlocksFast } from "../../src/numerics/philox-module.ts";

test.each([1, 15, 16, 17, 511, 512, 513, 1500])("%i blocks", (blocks) => {
  type Counter = readonly [number, number, number, number, number, number];
  const counters: readonly Counter[] = [
    [0, 0, 0, 0, 0, 0],
    [1, -2, 7, 3, 8, -9],
    // all lanes wrap around 2^32 somewhere in the run
    [0x9e3779b9, 5, 2 ** 32 - 6, 2 ** 21 - 1, 0xffffffff, 1],
  ];
  for (const counter of counters) {
    const expected = new Int32Array(4 * blocks);
    fillPhiloxBlocks(expected, blocks, ...counter);
    const received = new Int32Array(4 * blocks);
    fillBlocksFast(received, blocks, ...counter);
    expect(received).toEqual(expected);
  }
});
