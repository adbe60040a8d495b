import { describe, expect, it } from "vitest";
import { rateAt, resolveSchedule } from "../../../src/engine/training/index.ts";

describe("rateAt", () => {
  it("is constant for a number", () => {
    const schedule = resolveSchedule(0.3);
    expect([0, 1, 1000].map((step) => rateAt(schedule, step))).toEqual([0.3, 0.3, 0.3]);
  });

  it("grows linearly to the rate during the warm-up", () => {
    const schedule = resolveSchedule({ rate: 0.4, warmup: 4 });
    expect([0, 1, 2, 3, 4].map((step) => rateAt(schedule, step))).toEqual([
      0.1, 0.2, 0.30000000000000004, 0.4, 0.4,
    ]);
  });

  it("starts a cosine at the rate, passes the middle half-way and stays at the floor", () => {
    const schedule = resolveSchedule({ rate: 1, shape: "cosine", steps: 100, floor: 0.2 });
    expect(rateAt(schedule, 0)).toBe(1);
    expect(rateAt(schedule, 50)).toBeCloseTo(0.6, 12);
    expect([100, 101, 1e6].map((step) => rateAt(schedule, step))).toEqual([0.2, 0.2, 0.2]);
  });
});
