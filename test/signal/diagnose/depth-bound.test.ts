import { describe, expect, it } from "vitest";
import { hiddenWidth } from "../../../src/signal/index.ts";

const dense = (fanIn: number) => ({ kind: "dense", fanIn }) as const;
const convolution = (fanIn: number) => ({ kind: "conv", fanIn }) as const;

describe("the width that bounds the depth", () => {
  it("is the harmonic mean of the dense hidden layers; the input's width does not count", () => {
    expect(hiddenWidth([dense(784), dense(300), dense(300)])).toBe(300);
    expect(hiddenWidth([dense(784), dense(100), dense(300)])).toBe(150);
    expect(hiddenWidth([dense(784)])).toBeNull();
  });

  it("leaves out what a dense layer takes from convolutions", () => {
    expect(hiddenWidth([convolution(9), convolution(72), dense(8)])).toBeNull();
    expect(hiddenWidth([convolution(9), convolution(72), dense(392), dense(64), dense(64)])).toBe(64);
  });
});
