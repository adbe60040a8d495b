/** `isinglass decimation`: couplings and relative entropy along an Ising decimation, the solvable counterpart of depth. */
import { SpecError } from "../../base/index.ts";
import { formatNumber } from "../../figures/basics/index.ts";
import {
  DECIMATION_MODELS,
  type DecimationFlow,
  type DecimationModel,
  followDecimation,
} from "../../flow/index.ts";
import { checkWritable } from "../../runs/index.ts";
import { figureEnding, writeFigure } from "../artifacts.ts";
import type { Arguments, Command, CommandContext, Outcome } from "../command.ts";
import { readNumber, readRange, readText } from "../options.ts";
import { bulletLines, referenceLine } from "../render/estimates.ts";
import { sparkline } from "../render/spark.ts";
import { renderTable } from "../render/table.ts";
import { suggest } from "../suggest.ts";

const example = "isinglass decimation --model chain --coupling 0.5,1,2";

export const decimationCommand: Command = {
  name: "decimation",
  summary: "Relative entropy along an Ising decimation: the chain (exact), the square lattice (approximate)",
  examples: [
    example,
    "isinglass decimation --model migdal-kadanoff --coupling 0.25:0.35:5 --output flow.svg",
    "isinglass decimation --model maris-kadanoff --coupling 0.5 --json",
  ],
  args: {
    model: {
      type: "string",
      valueHint: "NAME",
      default: "chain",
      description: DECIMATION_MODELS.join(", "),
    },
    coupling: {
      type: "string",
      valueHint: "K",
      default: "0.5,1,2",
      description: "K = J/kT at the start: a number, a list A,B,C, or FROM:TO:STEPS",
    },
    steps: { type: "string", valueHint: "N", default: "12", description: "number of decimations" },
    output: { type: "string", valueHint: "FILE", description: "draw the flow: .svg, .png, .csv or .json" },
  },
  async run(context): Promise<Outcome> {
    const { args, note } = context;
    const model = readModel(args);
    const couplings = readRange(args, "coupling", { min: 0, max: 1000, open: true }, 5) ?? [];
    const steps = readNumber(args, "steps", { min: 1, max: 1000, integer: true }) ?? 12;
    const output = readText(args, "output");
    if (output !== undefined) {
      figureEnding(output);
      checkWritable(output, { force: args.force === true });
    }
    const flows = couplings.map((coupling) => followDecimation(model, coupling, steps));
    if (output !== undefined) {
      const { drawDecimationFlow } = await import("../../figures/index.ts");
      const caption = `Decimation of the Ising model, ${model}.`;
      await writeFigure(output, (options) => drawDecimationFlow({ flows, caption }, options), context);
      note(`wrote ${output}`);
    }
    const [first] = flows as [DecimationFlow];
    const { assumptions, references, fixedPoint, criticalCoupling } = first;
    return {
      result: {
        model,
        steps,
        fixedPoint,
        criticalCoupling,
        flows: flows.map(({ couplings: K, forward, reverse, limitCoupling, limits }) => ({
          coupling: K[0] as number,
          couplings: K,
          forward,
          reverse,
          limitCoupling,
          limits,
        })),
      },
      assumptions,
      references,
      seed: null,
      text: () => render(flows, context),
      csv: () => [
        ["K_0", "step", "K", "D(K_0||K)", "D(K||K_0)"],
        ...flows.flatMap(({ couplings: K, forward, reverse }) =>
          Array.from(K, (value, n) => [K[0] as number, n, value, forward[n] as number, reverse[n] as number]),
        ),
      ],
    };
  },
};

function readModel(args: Arguments): DecimationModel {
  const text = readText(args, "model") ?? "";
  const model = DECIMATION_MODELS.find((known) => known === text);
  if (model !== undefined) return model;
  throw new SpecError(`--model: received "${text}", expected ${DECIMATION_MODELS.join(", ")}`, {
    hint: `--model ${suggest(text, DECIMATION_MODELS) ?? DECIMATION_MODELS[0]}`,
  });
}

function render(flows: readonly DecimationFlow[], { style, columns }: CommandContext): string {
  const [first] = flows as [DecimationFlow];
  const { model, fixedPoint, criticalCoupling } = first;
  const head =
    fixedPoint === null || criticalCoupling === null
      ? "the chain flows to disorder from every coupling"
      : `${model}: fixed point K* = ${formatNumber(fixedPoint, 10)}, exact critical coupling ${formatNumber(criticalCoupling, 10)}`;
  const tables = flows.flatMap(({ couplings, forward, reverse, limitCoupling, limits }) => [
    "",
    `K = ${formatNumber(couplings[0] as number)}, flowing to ${limitCoupling === 0 ? "disorder" : limitCoupling === couplings[0] ? "itself" : "order"}  ${sparkline(Array.from(forward), { width: Math.max(8, Math.min(40, columns - 40)), min: 0 })}`,
    renderTable(
      ["  step", "K", "D(K0||K)", "D(K||K0)"],
      [
        ...Array.from(couplings, (K, n) => [
          `  ${n}`,
          formatNumber(K, 7),
          (forward[n] as number).toFixed(8),
          (reverse[n] as number).toFixed(8),
        ]),
        ["  limit", formatNumber(limitCoupling, 7), formatLimit(limits.forward), formatLimit(limits.reverse)],
      ],
      [0, 1, 2, 3],
    ),
  ]);
  return [
    style.bold(`Relative entropy per site along a decimation, in nats: ${head}`),
    ...tables,
    ...bulletLines("Assumed:", first.assumptions),
    ...referenceLine(first.references, style),
  ].join("\n");
}

function formatLimit(value: number): string {
  return Number.isFinite(value) ? value.toFixed(8) : "infinite";
}
