/** The table of layers as text: measurement beside theory, one row a layer. The report and the lab show the same. */
import type { Estimate } from "../../base/index.ts";
import type { Comparison, Diagnosis, LayerDiagnosis } from "../../signal/index.ts";
import { formatEstimate, formatNumber } from "../basics/index.ts";
import { formatAroundOne } from "./near-one.ts";

/** A column; what a reader looks for first stands on the left. */
export interface LayerColumn {
  readonly name: string;
  readonly isNumber: boolean;
}

/** One entry: what is shown, and the number behind it for sorting. */
export interface LayerCell {
  readonly text: string;
  /** Null for words and empty entries. */
  readonly value: number | null;
}

/** One layer. */
export interface LayerRow {
  /** Counted from 1. */
  readonly layer: number;
  /** Whether its state needs attention. */
  readonly isFlagged: boolean;
  /** One for each of `LAYER_COLUMNS`. */
  readonly cells: readonly LayerCell[];
}

const words = (name: string): LayerColumn => ({ name, isNumber: false });
const number = (name: string): LayerColumn => ({ name, isNumber: true });

/** The columns of the table. */
export const LAYER_COLUMNS: readonly LayerColumn[] = [
  ...[number("layer"), words("state"), words("name"), words("kind")],
  ...["fan-in", "σ_w²", "σ_b²", "q", "q theory", "c", "c theory", "χ", "χ theory", "gradient"].map(number),
  words("note"),
];

/** States that need no attention. */
const QUIET: ReadonlySet<string> = new Set(["ok", "uncovered"]);
const DIGITS = 4;
const EMPTY: LayerCell = { text: "", value: null };

/** The rows of the table, in the order of the layers. */
export function layerRows({ layers }: Diagnosis): LayerRow[] {
  return layers.map((layer) => ({
    layer: layer.layer,
    isFlagged: isFlagged(layer),
    cells: [
      exactly(layer.layer),
      ...[layer.state, layer.name, layer.kind].map((text) => ({ text, value: null })),
      exactly(layer.fanIn),
      estimated(layer.weightVariance),
      estimated(layer.biasVariance),
      ...both(layer.q),
      ...both(layer.c, true),
      ...both(layer.chi, true),
      estimated(layer.gradient.measured),
      { text: layer.note, value: null },
    ],
  }));
}

function isFlagged({ state }: LayerDiagnosis): boolean {
  return !QUIET.has(state);
}

function exactly(value: number): LayerCell {
  return { text: formatNumber(value, DIGITS), value };
}

function estimated(estimate: Estimate | null): LayerCell {
  return estimate === null ? EMPTY : { text: formatEstimate(estimate), value: estimate.value };
}

/** Measurement and theory; `aroundOne` writes what is near one as its difference from one. */
function both({ measured, theory }: Comparison, aroundOne = false): LayerCell[] {
  const write = (estimate: Pick<Estimate, "value" | "stderr">): string =>
    aroundOne ? formatAroundOne(estimate, DIGITS) : formatEstimate(estimate);
  return [
    measured === null ? EMPTY : { text: write(measured), value: measured.value },
    theory === null
      ? EMPTY
      : {
          text: aroundOne ? write({ value: theory, stderr: 0 }) : formatNumber(theory, DIGITS),
          value: theory,
        },
  ];
}
