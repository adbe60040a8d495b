/** `isinglass tile`: a hyperbolic tiling, triangle group or closed surface as counts, and as a picture. */
import { SpecError } from "../../base/index.ts";
import { PLANE_MODELS } from "../../lattice/index.ts";
import { checkWritable } from "../../runs/index.ts";
import type { Command, CommandContext, Outcome } from "../command.ts";
import { readText, requireNumber } from "../options.ts";
import { reportGroup, reportSurface } from "../tile/closed.ts";
import { reportPatch } from "../tile/patch.ts";
import { readWord } from "../tile/words.ts";

const example = "isinglass tile --p 7 --q 3 --layers 6";

export const tileCommand: Command = {
  name: "tile",
  summary: "A hyperbolic tiling {p,q}: cells and bonds by layer, and its picture",
  examples: [
    example,
    `${example} --svg tiling.svg --model band`,
    "isinglass tile --p 3 --q 7 --layers 8 --refine 2 --svg refined.svg",
    "isinglass tile --p 7 --q 3 --layers 18 --sector",
    "isinglass tile --group 7,3,2 --layers 26",
    "isinglass tile --surface klein",
  ],
  args: {
    p: { type: "string", valueHint: "P", description: "edges of a cell" },
    q: { type: "string", valueHint: "Q", description: "cells round a vertex" },
    layers: { type: "string", valueHint: "N", description: "layers, the centre being the first" },
    by: {
      type: "string",
      valueHint: "edge|vertex",
      default: "edge",
      description: "what joins a layer to the next",
    },
    centre: {
      type: "string",
      alias: "center",
      valueHint: "cell|vertex",
      default: "cell",
      description: "what sits in the middle",
    },
    sector: {
      type: "boolean",
      description: "build one of the sectors that are alike, for 1/p of the memory",
    },
    dual: { type: "boolean", description: "count and draw the dual tiling of the patch" },
    refine: { type: "string", valueHint: "N", description: "cut every triangle into four, N times (p = 3)" },
    check: {
      type: "boolean",
      description: "check degrees and loops round every vertex (exit 1 if one fails)",
    },
    group: {
      type: "string",
      valueHint: "P,Q,R",
      description: "triangle group instead of {p,q}; layers are word lengths",
    },
    surface: {
      type: "string",
      valueHint: "NAME",
      description: "closed surface instead: bolza, klein, bring, hurwitz14, hurwitz129, with :dual",
    },
    "max-memory": { type: "string", valueHint: "SIZE", description: "refuse above this, such as 4GB" },
    svg: { type: "string", valueHint: "FILE", description: "write the picture, with geodesic edges" },
    model: {
      type: "string",
      valueHint: PLANE_MODELS.join("|"),
      default: "poincare",
      description: "model of the plane to draw in",
    },
    view: { type: "string", valueHint: "CELL", description: "cell to move into the middle of the picture" },
  },
  async run(context): Promise<Outcome> {
    const { args } = context;
    const svg = readText(args, "svg");
    if (svg !== undefined) checkWritable(svg, { force: args.force === true });
    const model = readWord(args.model, "model", PLANE_MODELS);
    const surface = readText(args, "surface");
    const group = readText(args, "group");
    refuseTogether(context);
    if (surface !== undefined) return reportSurface(surface, context);
    const layers = requireNumber(args, "layers", { min: 1, integer: true }, example);
    if (group !== undefined) return reportGroup(group, layers, { svg, model }, context);
    return reportPatch(layers, svg, model, context);
  },
};

/** Options that contradict each other. */
function refuseTogether({ args }: CommandContext): void {
  const forms = ["p", "group", "surface"].filter((name) => readText(args, name) !== undefined);
  if (forms.length > 1)
    throw new SpecError(`tile: received --${forms.join(" and --")}, expected one of them`, { hint: example });
  if (readText(args, "svg") !== undefined) return;
  for (const name of ["view"])
    if (readText(args, name) !== undefined)
      throw new SpecError(`--${name} is for pictures, and there is no --svg`, {
        hint: `${example} --svg tiling.svg --${name} ${args[name]}`,
      });
}
