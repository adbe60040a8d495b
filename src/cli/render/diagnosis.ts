/** A diagnosis for the terminal: verdict, numbers, curves, marked layers, what was not covered. */
import type { Estimate } from "../../base/index.ts";
import { formatEstimate, formatNumber } from "../../figures/basics/index.ts";
import type { Comparison, Diagnosis, LayerDiagnosis } from "../../signal/index.ts";
import type { CommandContext, CsvRows } from "../command.ts";
import { bulletLines, type EstimateRow, estimateLines, referenceLine } from "./estimates.ts";
import { sparkline } from "./spark.ts";
import { alignColumns, renderTable } from "./table.ts";

/** Marked layers shown without `--verbose`. */
const SHOWN_LAYERS = 5;

/** Lines for a terminal. */
export function renderDiagnosis(diagnosis: Diagnosis, context: CommandContext): string {
  const { style } = context;
  const { verdict, network, data } = diagnosis;
  const tone = { yes: style.green, marginal: style.yellow, no: style.red }[verdict.trains];
  return [
    style.bold(tone(verdict.headline)),
    verdict.reason,
    `Next: ${verdict.advice}`,
    "",
    style.dim(
      `${network.name}, ${network.parameterCount.toLocaleString("en")} parameters; ${data.name}, ${data.count} examples`,
    ),
    "",
    ...estimateLines(numbersOf(diagnosis), style),
    "",
    ...curves(diagnosis, context),
    ...layerLines(diagnosis, context),
    ...bulletLines("Not covered:", diagnosis.notCovered),
    ...referenceLine(diagnosis.references, style),
  ].join("\n");
}

function describeXi(xi: number): string {
  return Number.isFinite(xi)
    ? "layers over which inputs become alike or unlike"
    : "correlations change only algebraically with depth";
}

function numbersOf(diagnosis: Diagnosis): EstimateRow[] {
  const { weightVariance, biasVariance, theory, agreement, critical, recommended, jacobian } = diagnosis;
  const target =
    critical !== null
      ? `${critical.kind} at ${formatEstimate(critical.weightVariance)}`
      : recommended !== null
        ? `none is critical; ${formatEstimate(recommended.weightVariance)} is recommended`
        : "no critical value";
  const bias = critical === null ? "" : `${critical.kind} with ${formatEstimate(critical.biasVariance)}`;
  const meanSquare = jacobian?.meanSquare.measured;
  return [
    ["weight variance", weightVariance, `times fan-in; ${target}`],
    ["bias variance", biasVariance, bias],
    ...(theory
      ? ([
          ["chi1", theory.chi1, `growth of squared gradients per layer; ${theory.phase}`],
          ["xi_c", theory.xiC, describeXi(theory.xiC.value)],
          ["trainable depth", theory.maxDepth, `${theory.maxDepth.method}, at infinite width`],
        ] as EstimateRow[])
      : []),
    ...widthRow(diagnosis),
    ...(recommended
      ? ([
          [
            "scale of branches",
            recommended.outerScale,
            `recommended factor on the variance of the last weights of the ${recommended.blocks} branches`,
          ],
        ] as EstimateRow[])
      : []),
    ...(agreement?.holds === false && agreement.measured !== null
      ? ([
          [
            "measured log chi",
            agreement.measured.logChi,
            `mean over layers; ${agreement.measured.phase}; theory does not hold here`,
          ],
          ["measured depth", agreement.measured.maxDepth, agreement.measured.maxDepth.method],
        ] as EstimateRow[])
      : []),
    ...(meanSquare
      ? ([["jacobian", meanSquare, "mean squared singular value, measured"]] as EstimateRow[])
      : []),
  ];
}

/** The width of the layers, where it bounds the depth. */
function widthRow({ verdict: { depthBound } }: Diagnosis): EstimateRow[] {
  if (depthBound?.by !== "width") return [];
  const { layers } = depthBound;
  const note = "about as many layers as units: the tighter bound";
  return [["depth by width", { value: layers, stderr: 0, n: 1, method: note }, note]];
}

function curves({ layers }: Diagnosis, { columns, machineReadable }: CommandContext): string[] {
  if (machineReadable) return [];
  const width = Math.max(10, Math.min(60, columns - 44));
  const row = (name: string, pick: (layer: LayerDiagnosis) => Comparison, log = false): string[] => {
    const values = layers.map((layer) => pick(layer).measured?.value ?? Number.NaN);
    const drawn = log ? values.map(Math.log10) : values;
    const [first, last] = [values[0] as number, values.at(-1) as number];
    return [
      `  ${name}`,
      sparkline(drawn, { width }),
      `${formatNumber(first, 3)} to ${formatNumber(last, 3)}`,
    ];
  };
  return alignColumns([
    row("length q", ({ q }) => q),
    row("correlation c", ({ c }) => c),
    row("gradient (log)", ({ gradient }) => gradient, true),
  ]);
}

function layerLines({ layers }: Diagnosis, { args }: CommandContext): string[] {
  const isVerbose = args.verbose === true;
  const marked = isVerbose ? layers : layers.filter(({ state }) => state !== "ok" && state !== "uncovered");
  if (marked.length === 0) return [];
  const shown = isVerbose ? marked : marked.slice(0, SHOWN_LAYERS);
  const rest = marked.length - shown.length;
  const text = (estimate: Estimate | null): string => (estimate === null ? "" : formatEstimate(estimate));
  const rows = shown.map((layer) => [
    `  ${layer.layer}`,
    layer.name,
    text(layer.weightVariance),
    text(layer.q.measured),
    text(layer.c.measured),
    text(layer.chi.measured),
    layer.state,
    layer.note,
  ]);
  const header = ["  layer", "name", "sigma_w^2", "q", "c", "chi", "state", ""];
  return [
    "",
    isVerbose ? "Layers:" : "Layers that change the signal:",
    renderTable(header, rows, [0, 2, 3, 4, 5]),
    ...(rest > 0 ? [`  and ${rest} more: --verbose, --csv or --report`] : []),
  ];
}

/** One row per layer. */
export function diagnosisCsv({ layers }: Diagnosis): CsvRows {
  const pair = ({ theory, measured }: Comparison): (number | null)[] => [
    theory,
    measured?.value ?? null,
    measured?.stderr ?? null,
  ];
  const names = (name: string): string[] => [`${name}_theory`, name, `${name}_stderr`];
  return [
    [
      ...["layer", "name", "kind", "fan_in", "weight_variance", "bias_variance"],
      ...["q", "c", "chi", "gradient"].flatMap(names),
      "state",
    ],
    ...layers.map((layer) => [
      ...[
        layer.layer,
        layer.name,
        layer.kind,
        layer.fanIn,
        layer.weightVariance.value,
        layer.biasVariance?.value ?? null,
      ],
      ...[layer.q, layer.c, layer.chi, layer.gradient].flatMap(pair),
      layer.state,
    ]),
  ];
}
