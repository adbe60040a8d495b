/**
 * What a diverging variance sees of an activation: its slopes far from 0, which make it an activation of degree one
 * (GELU, SiLU, softplus become ReLU). Faster growth than linear has no such limit and is reported as infinite slopes.
 */
import type { ScalarActivation } from "./types.ts";

/** Two distances at which the slope of a chord to the origin is compared. */
const far = 1e6;
const farther = 1e8;
/** Growth of the chord's slope between them that still counts as linear. */
const linearGrowth = 1.5;

/** The degree-one activation with the slopes that `activation` has at +-infinity (infinite for faster growth). */
export function asymptoteOf(activation: ScalarActivation): ScalarActivation {
  const up = farSlope(activation, 1);
  const down = farSlope(activation, -1);
  return {
    name: activation.name,
    f: (x) => x * (x > 0 ? up : down),
    derivative: (x) => (x > 0 ? up : down),
    kinks: [0],
    odd: up === down,
    degree: 1,
  };
}

function farSlope(activation: ScalarActivation, sign: 1 | -1): number {
  const near = activation.f(sign * far) / (sign * far);
  const slope = activation.f(sign * farther) / (sign * farther);
  return Math.abs(slope) > linearGrowth * Math.abs(near) || !Number.isFinite(slope)
    ? Number.POSITIVE_INFINITY
    : slope;
}
