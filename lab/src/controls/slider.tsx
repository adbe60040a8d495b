/** A number by a slider and by typing. Arrows move a step, Shift ten, Alt a tenth; out of range says what was expected. */
import type { JSX } from "preact";
import { useId } from "preact/hooks";
import { formatNumber } from "../../../src/figures/basics/index.ts";
import type { FieldSignal, NumberField } from "../state/index.ts";
import { TypedField } from "./typed-field.tsx";

/** What `Slider` and `NumberEntry` are given. */
export interface SliderProps {
  readonly label: string;
  readonly field: FieldSignal<number, NumberField>;
  /** Size of a step; on a logarithmic slider, the factor is `1 + step`. */
  readonly step: number;
  /** Logarithmic scale; the range must be positive. */
  readonly log?: boolean;
  /** Other ends of the slider than the field's. */
  readonly range?: readonly [number, number];
  /** Replaces the linear or logarithmic scale: monotone maps between [0, 1] and the value (dense where it matters). */
  readonly warp?: { toPosition(value: number): number; toValue(position: number): number };
  readonly unit?: string;
  readonly disabled?: boolean;
}

/** Positions of the native input; fine enough for a pixel of any screen. */
const POSITIONS = 10_000;

/** Slider with a typed entry beside it. */
export function Slider(props: SliderProps): JSX.Element {
  const { label, field, step, log = false, warp, unit = "", disabled = false } = props;
  const id = useId();
  const [low, high] = props.range ?? [field.field.min, field.field.max];
  const toPosition = (value: number): number =>
    warp
      ? warp.toPosition(value)
      : log
        ? Math.log(value / low) / Math.log(high / low)
        : (value - low) / (high - low);
  const toValue = (position: number): number =>
    warp ? warp.toValue(position) : log ? low * (high / low) ** position : low + (high - low) * position;
  const clamp = (value: number): number => {
    const whole = field.field.integer ? Math.round(value) : value;
    return tidy(Math.min(field.field.max, Math.max(field.field.min, whole)));
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const sign = { ArrowUp: 1, ArrowRight: 1, ArrowDown: -1, ArrowLeft: -1, PageUp: 10, PageDown: -10 }[
      event.key
    ];
    if (sign === undefined || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    const size = Math.max(field.field.integer ? 1 : 0, step * (event.shiftKey ? 10 : event.altKey ? 0.1 : 1));
    const value = field.peek();
    field.edit(clamp(log ? value * (1 + size) ** sign : value + sign * size));
  };
  const value = field.value;
  return (
    <div class="control slider">
      <label for={id}>{label}</label>
      <input
        id={id}
        type="range"
        min={0}
        max={POSITIONS}
        step="any"
        disabled={disabled}
        value={POSITIONS * Math.min(1, Math.max(0, toPosition(value)))}
        aria-valuetext={`${formatNumber(value)}${unit === "" ? "" : ` ${unit}`}`}
        onInput={(event) => {
          const position = Number(event.currentTarget.value) / POSITIONS;
          field.edit(clamp(log || warp ? toValue(position) : Math.round(toValue(position) / step) * step));
        }}
        onChange={() => field.commit()}
        onKeyDown={onKeyDown}
        onKeyUp={() => field.commit()}
      />
      <TypedField label={`${label}, typed`} inputMode="decimal" {...{ field, unit, disabled }} />
    </div>
  );
}

/** A number by typing only. */
export function NumberEntry({
  label,
  field,
  unit = "",
  disabled = false,
}: Pick<SliderProps, "label" | "field" | "unit" | "disabled">): JSX.Element {
  return (
    <div class="control entry">
      <span aria-hidden="true" class="label">
        {label}
      </span>
      <TypedField label={`${label}, typed`} inputMode="decimal" {...{ field, unit, disabled }} />
    </div>
  );
}

/** Twelve digits: sums of decimal steps then read as typed. */
function tidy(value: number): number {
  return Number(value.toPrecision(12));
}
