/** The window on the plane: zooming around a point, panning, and numbers short enough for an address. */
import { LEAST_WEIGHT, MOST_BIAS, MOST_WEIGHT, state } from "./state.ts";

/** Steps across the window by one press of an arrow key. */
const KEY_STEPS = 200;
/** Steps that a pointer can tell apart. */
const POINTER_STEPS = 1000;

/** Rounds to the power of ten just below a `steps`-th of the span, so that values stay short. */
export function roundTo(value: number, span: number, steps: number): number {
  const power = Math.floor(Math.log10(span / steps));
  const unit = 10 ** Math.abs(power);
  const rounded = power < 0 ? Math.round(value * unit) / unit : Math.round(value / unit) * unit;
  return Number(rounded.toPrecision(12));
}

/** Moves the cross-hair to a place that the pointer shows. */
export function moveTo(weightVariance: number, biasVariance: number): void {
  const w = roundTo(weightVariance, span(state.weights.peek()), POINTER_STEPS);
  const b = roundTo(biasVariance, span(state.biases.peek()), POINTER_STEPS);
  setPoint(w, b);
}

/** Moves the cross-hair by key steps; `factor` 10 or 0.1 for Shift and Alt. */
export function moveBy(stepsX: number, stepsY: number, factor: number): void {
  const dw = (stepsX * factor * niceSpan(state.weights.peek())) / KEY_STEPS;
  const db = (stepsY * factor * niceSpan(state.biases.peek())) / KEY_STEPS;
  setPoint(
    Number((state.weightVariance.peek() + dw).toPrecision(12)),
    Number((state.biasVariance.peek() + db).toPrecision(12)),
  );
}

function setPoint(w: number, b: number): void {
  state.edit(() => {
    state.weightVariance.value = clamp(w, LEAST_WEIGHT, MOST_WEIGHT);
    state.biasVariance.value = clamp(b, 0, MOST_BIAS);
  });
}

/** Zooms by a factor around a point; an axis may be locked. */
export function zoom(
  factor: number,
  around: { readonly weightVariance: number; readonly biasVariance: number },
  { lockWeights = false, lockBiases = false } = {},
): void {
  state.edit(() => {
    if (!lockWeights)
      state.weights.value = zoomed(
        state.weights.peek(),
        around.weightVariance,
        factor,
        LEAST_WEIGHT,
        MOST_WEIGHT,
      );
    if (!lockBiases)
      state.biases.value = zoomed(state.biases.peek(), around.biasVariance, factor, 0, MOST_BIAS);
  });
}

/** Moves the window so that it starts at these variances. */
export function pan(
  weights: readonly [number, number],
  biases: readonly [number, number],
  dw: number,
  db: number,
): void {
  state.edit(() => {
    state.weights.value = shifted(weights, dw, LEAST_WEIGHT, MOST_WEIGHT);
    state.biases.value = shifted(biases, db, 0, MOST_BIAS);
  });
}

/** The window of the start. */
export function resetWindow(): void {
  state.edit(() => {
    state.weights.value = state.weights.field.initial;
    state.biases.value = state.biases.field.initial;
  });
  state.commit();
}

const SMALLEST_SPAN = 1e-3;

function zoomed(
  [low, high]: readonly [number, number],
  centre: number,
  factor: number,
  least: number,
  most: number,
): readonly [number, number] {
  const from = clamp(centre - (centre - low) * factor, least, most);
  const to = clamp(centre + (high - centre) * factor, least, most);
  if (to - from < SMALLEST_SPAN) return [low, high];
  return tidy([from, to], least);
}

function shifted(
  [low, high]: readonly [number, number],
  by: number,
  least: number,
  most: number,
): readonly [number, number] {
  const shift = clamp(by, least - low, most - high);
  return tidy([low + shift, high + shift], least);
}

function tidy([from, to]: readonly [number, number], least: number): readonly [number, number] {
  const round = (value: number): number => roundTo(value, to - from, 1000);
  return [Math.max(least, round(from)), round(to)];
}

function span([low, high]: readonly [number, number]): number {
  return high - low;
}

/** A round number near the span: key steps are then round too. */
function niceSpan(range: readonly [number, number]): number {
  const power = 10 ** Math.floor(Math.log10(span(range)));
  const lead = span(range) / power;
  return power * (lead < 1.5 ? 1 : lead < 3.5 ? 2 : lead < 7.5 ? 5 : 10);
}

function clamp(value: number, low: number, high: number): number {
  return Math.min(high, Math.max(low, value));
}
