/** A measured flow for the terminal: verdict, deciding numbers, curves, the table by depth, what was not covered. */
import { type Estimate, exact } from "../../base/index.ts";
import { formatEstimate, formatNumber } from "../../figures/basics/index.ts";
import type { FlowLayer, FlowResult } from "../../flow/index.ts";
import type { CommandContext, CsvRows } from "../command.ts";
import { bulletLines, type EstimateRow, estimateLines, referenceLine } from "./estimates.ts";
import { sparkline } from "./spark.ts";
import { alignColumns, renderTable } from "./table.ts";

/** Depths in the table without `--verbose`. */
const SHOWN_DEPTHS = 12;

/** Lines for a terminal. */
export function renderFlow(result: FlowResult, context: CommandContext): string {
  const { style } = context;
  const { verdict, network, data, settings } = result;
  const tone = {
    critical: style.green,
    subcritical: style.red,
    supercritical: style.red,
    undecided: style.bold,
  }[verdict.kind];
  return [
    style.bold((result.reach.isWhole ? style.green : tone)(verdict.headline)),
    verdict.reason,
    `Next: ${verdict.advice}`,
    "",
    style.dim(
      `${network.name}; ${data.name}; ${settings.draws} ${settings.draws === 1 ? "draw" : "draws"}, decoders trained on ${settings.batches} minibatches of ${settings.batch}, ${settings.testBatch} test examples`,
    ),
    "",
    ...estimateLines(numbersOf(result), style),
    "",
    ...curves(result, context),
    "",
    ...table(result, context),
    ...bulletLines("Not covered:", result.notCovered),
    ...referenceLine(result.references, style),
  ].join("\n");
}

function numbersOf({ verdict, reach, cutoff, theory, network }: FlowResult): EstimateRow[] {
  const rows: EstimateRow[] = [
    ...verdict.deciding.map(({ name, estimate, meaning }): EstimateRow => [name, estimate, meaning]),
    [
      "reach",
      exact(reach.depth, "read off the mean curve"),
      `deepest block that keeps ${Math.round(100 * reach.share)} % of the input's Gram entropy, of ${reach.of}`,
    ],
  ];
  if (cutoff.deviates) {
    const meaning = "depth at which the differential entropy has left its final value (published rule)";
    rows.push(["cutoff", exact(cutoff.depth, "read off the mean curve"), meaning]);
  }
  if (theory !== null) {
    rows.push(
      ["chi1", exact(theory.chi1, "mean field"), `theory: ${theory.phase}`],
      ["xi_c", exact(theory.xiC, "mean field"), "layers over which inputs become alike or unlike"],
      [
        "6 xi_c",
        exact(6 * theory.xiC, "mean field"),
        `trainable depth at infinite width; this network has ${network.depth} blocks`,
      ],
    );
    const { by, layers } = theory.depthBound;
    if (by === "width") {
      const note = "about as many layers as units: the tighter bound";
      rows.push(["depth by width", exact(layers, note), note]);
    }
  }
  return rows;
}

const CURVES: readonly (readonly [name: string, pick: (layer: FlowLayer) => Estimate])[] = [
  ["S reconstructed", ({ gram }) => gram],
  ["differential", ({ differential }) => differential],
  ["relative", ({ relative }) => relative],
  ["S forward", ({ forward }) => forward],
];

function curves({ layers, cutoff }: FlowResult, { columns, machineReadable }: CommandContext): string[] {
  if (machineReadable) return [];
  const width = Math.max(10, Math.min(60, columns - 46));
  const counted = layers.filter(({ isCounted }) => isCounted);
  const lines = alignColumns(
    CURVES.map(([name, pick]) => {
      const values = counted.map((layer) => pick(layer).value);
      const [first, last] = [values[0] as number, values.at(-1) as number];
      return [`  ${name}`, sparkline(values, { width }), `${describeEnd(first)} to ${describeEnd(last)}`];
    }),
  );
  const flat = Number.isNaN(cutoff.reference)
    ? "  The differential entropy is undefined at some depths: no cutoff."
    : "  The differential entropy is the same at all depths within the tolerance: no cutoff.";
  return cutoff.deviates ? lines : [...lines, flat];
}

function describeEnd(value: number): string {
  return Number.isNaN(value) ? "undefined" : formatNumber(value, 3);
}

function table({ layers }: FlowResult, { args }: CommandContext): string[] {
  const isWhole = args.verbose === true || layers.length <= SHOWN_DEPTHS + 2;
  const shown = isWhole ? layers : chooseDepths(layers);
  const rows = shown.map((layer) => [
    `  ${layer.depth}`,
    layer.name,
    ...CURVES.map(([, pick]) =>
      Number.isNaN(pick(layer).value) ? "undefined" : formatEstimate(pick(layer)),
    ),
    layer.decoderLoss === null ? "" : formatEstimate(layer.decoderLoss),
    layer.isCounted ? "" : "head",
  ]);
  const header = [
    "  depth",
    "block",
    "S reconstructed",
    "differential",
    "relative",
    "S forward",
    "decoder loss",
    "",
  ];
  const left = layers.length - shown.length;
  return [
    renderTable(header, rows, [0, 2, 3, 4, 5, 6]),
    ...(left > 0 ? [`  and ${left} more: --verbose, --csv or --report`] : []),
  ];
}

/** Depths that grow by a steady factor, the ends included. */
function chooseDepths(layers: readonly FlowLayer[]): FlowLayer[] {
  const last = layers.length - 1;
  const depths = Array.from({ length: SHOWN_DEPTHS }, (_, i) => Math.round(last ** (i / (SHOWN_DEPTHS - 1))));
  return [...new Set([0, ...depths])].map((depth) => layers[depth] as FlowLayer);
}

/** One row per depth. */
export function flowCsv({ layers }: FlowResult): CsvRows {
  const names = ["gram", "differential", "relative", "forward", "forward_largest"];
  return [
    [
      "depth",
      "block",
      "kind",
      ...names.flatMap((name) => [name, `${name}_stderr`]),
      "decoder_loss",
      "counted",
    ],
    ...layers.map((layer) => [
      ...[layer.depth, layer.name, layer.kind],
      ...[layer.gram, layer.differential, layer.relative, layer.forward, layer.forwardLargest].flatMap(
        ({ value, stderr }) => [value, stderr],
      ),
      layer.decoderLoss?.value ?? null,
      layer.isCounted ? 1 : 0,
    ]),
  ];
}
