/** Controls bound to fields of a room's state. All are native inputs with labels. */
export { Choice, type ChoiceProps } from "./choice.tsx";
export { DropZone, type DropZoneProps } from "./drop-zone.tsx";
export { checkActivation, Expression, type ExpressionProps } from "./expression.tsx";
export { RangeEntry } from "./range-entry.tsx";
export { NumberEntry, Slider, type SliderProps } from "./slider.tsx";
export { Toggle } from "./toggle.tsx";
