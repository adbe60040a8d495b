/** `isinglass phase`: the phase diagram of an activation, in the terminal or as a file. */

import { SpecError } from "../../base/index.ts";
import { checkWritable } from "../../runs/index.ts";
import { type PhaseDiagram, paintPhaseDiagram } from "../../signal/theory/index.ts";
import { figureEnding, writeFigure } from "../artifacts.ts";
import type { Arguments, Command, CommandContext, Outcome } from "../command.ts";
import { readNumber, readText } from "../options.ts";
import { renderPhaseBlocks } from "../render/phase-blocks.ts";
import { ACTIVATION_OPTION, readActivation } from "../theory-options.ts";

/** Points along each axis of a file, and of the JSON. */
const RESOLUTION = 200;

export const phaseCommand: Command = {
  name: "phase",
  summary: "Paint the phase diagram of an activation in the terminal, or as SVG, PNG, CSV or JSON",
  examples: [
    "isinglass phase --activation tanh",
    "isinglass phase --activation gelu --weight 0.5:4 --bias 0:0.5 --output phase.svg",
    "isinglass phase --activation 'x*sigmoid(1.5*x)' --output phase.png",
  ],
  args: {
    ...ACTIVATION_OPTION,
    weight: {
      type: "string",
      valueHint: "FROM:TO",
      default: "0.5:4",
      description: "range of the weight variance",
    },
    bias: {
      type: "string",
      valueHint: "FROM:TO",
      default: "0:0.5",
      description: "range of the bias variance",
    },
    resolution: {
      type: "string",
      valueHint: "N",
      description: `points along each axis (default ${RESOLUTION})`,
    },
    output: { type: "string", valueHint: "FILE", description: "write FILE.svg, .png, .csv or .json" },
  },
  async run(context): Promise<Outcome> {
    const { args, note, signal, onProgress } = context;
    const activation = readActivation(args, "phase");
    const output = readText(args, "output");
    if (output !== undefined) {
      figureEnding(output);
      checkWritable(output, { force: args.force === true });
    }
    const isForTerminal = output === undefined && !context.machineReadable;
    const { nx, ny } = resolution(context, isForTerminal);
    const grid = { sigmaW2: range(args, "weight", "0.5:4"), sigmaB2: range(args, "bias", "0:0.5"), nx, ny };
    const diagram = await paintPhaseDiagram(activation, grid, { signal, onProgress });
    if (output !== undefined) {
      const { drawPhaseDiagram } = await import("../../figures/index.ts");
      await writeFigure(output, (options) => drawPhaseDiagram(diagram, options), context);
      note(`wrote ${output}`);
    }
    const { assumptions, references, seed, ...result } = diagram;
    return {
      result:
        output === undefined
          ? result
          : { activation: diagram.activation, output, criticalLine: diagram.criticalLine },
      assumptions,
      references,
      seed,
      text: () =>
        output === undefined ? renderPhaseBlocks(diagram, context.style) : describe(diagram, output),
      csv: () => rows(diagram),
    };
  },
};

function describe({ activation, nx, ny, criticalLine }: PhaseDiagram, output: string): string {
  const pieces = criticalLine.length === 0 ? "no critical line in this range" : "critical line included";
  return `Phase diagram of ${activation}, ${nx} x ${ny} points, ${pieces}: ${output}`;
}

/** Two text rows are about as high as one character is wide. */
function resolution({ args, columns }: CommandContext, isForTerminal: boolean): { nx: number; ny: number } {
  const given = readNumber(args, "resolution", { min: 2, max: 2000, integer: true });
  if (given !== undefined) return { nx: given, ny: given };
  if (!isForTerminal) return { nx: RESOLUTION, ny: RESOLUTION };
  const nx = Math.max(20, Math.min(72, columns - 12));
  return { nx, ny: Math.round(nx / 3) };
}

function range(args: Arguments, name: string, fallback: string): [number, number] {
  const text = readText(args, name) ?? fallback;
  const [from = Number.NaN, to = Number.NaN, ...rest] = text
    .split(":")
    .map((part) => (part === "" ? Number.NaN : Number(part)));
  if (rest.length > 0 || !(from >= 0) || !(to > from) || !Number.isFinite(to)) {
    throw new SpecError(`--${name}: received "${text}", expected FROM:TO with 0 <= FROM < TO`, {
      hint: `for example --${name} ${fallback}`,
    });
  }
  return [from, to];
}

function rows({ nx, sigmaW2, sigmaB2, q, c, chi1, xiC, xiQ }: PhaseDiagram): (string | number)[][] {
  const cells = Array.from(q, (value, at): number[] => [
    ...[sigmaW2[at % nx] as number, sigmaB2[Math.floor(at / nx)] as number, value],
    ...[c[at] as number, chi1[at] as number, xiC[at] as number, xiQ[at] as number],
  ]);
  return [["sigma_w^2", "sigma_b^2", "q", "c", "chi1", "xi_c", "xi_q"], ...cells];
}
