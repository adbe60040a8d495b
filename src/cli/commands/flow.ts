/** `isinglass flow NETWORK`: how deep information about the input gets, by reconstruction. */
import {
  assembleFlow,
  drawStream,
  extraPictures,
  type FlowResult,
  outlineOf,
  rangeOfData,
} from "../../flow/index.ts";
import {
  checkWritable,
  collectPictures,
  type FlowPlan,
  measureFlowRun,
  readPictures,
  requireFlowData,
} from "../../runs/index.ts";
import { figureEnding, writeFigure } from "../artifacts.ts";
import type { Command, CommandContext, Outcome } from "../command.ts";
import { FLOW_OPTIONS, readFlowData, readFlowNetwork, readFlowSettings } from "../flow-options.ts";
import { readText } from "../options.ts";
import { flowCsv, renderFlow } from "../render/flow.ts";
import { chooseRunFolder } from "../run-folder.ts";
import { SCAN_OPTIONS } from "../scan-options.ts";
import { runFlowScan } from "./flow-scan.ts";

export const flowCommand: Command = {
  name: "flow",
  summary: "See how deep information about the input gets, by reconstructing it from every depth",
  examples: [
    "isinglass flow '784-300x30-10 tanh sw2=1.76 sb2=0.05' --data mnist --report flow.html",
    "isinglass flow model.onnx --data mnist",
    "isinglass flow '784-300x50-10 tanh sb2=0.05' --data mnist --scan --weight 0.5:4:15 --output map.svg",
    "isinglass flow '784-300x50-10 tanh sb2=0.05' --data mnist --scan --train 10,25,50",
  ],
  args: {
    ...FLOW_OPTIONS,
    report: { type: "string", valueHint: "FILE.html", description: "write a page that holds everything" },
    output: {
      type: "string",
      valueHint: "FILE",
      description: "draw the curve (or the map of --scan): .svg, .png, .csv or .json",
    },
    ...SCAN_OPTIONS,
  },
  async run(context): Promise<Outcome> {
    const { args } = context;
    const report = readText(args, "report");
    const output = readText(args, "output");
    const force = args.force === true;
    if (output !== undefined) figureEnding(output);
    for (const path of [report, output]) if (path !== undefined) checkWritable(path, { force });
    return args.scan === true ? runFlowScan(context) : runFlow(context);
  },
};

async function runFlow(context: CommandContext): Promise<Outcome> {
  const { seed, version, note, machine, signal, onProgress, threads } = context;
  const network = await readFlowNetwork(context);
  const settings = readFlowSettings(context);
  const data = await readFlowData(context, network.source.inputShape, settings);
  requireFlowData(data, settings);
  const outline = outlineOf(
    await network.source.open(drawStream(seed, 0).fork("network"), rangeOfData(data.train.inputs)),
  );
  const plan: FlowPlan = {
    kind: "flow",
    network: network.identity,
    data: data.described,
    seed,
    version,
    ...settings,
  };
  const path = chooseRunFolder(context, { ...plan });
  note(`run folder ${path}`);
  const [column] = await measureFlowRun(
    path,
    plan,
    [{ label: "network", sigmaW2: 0, sigmaB2: 0, source: network.source }],
    {
      ...{ train: data.train, test: data.test, signal, onProgress, machine: { computes: machine } },
      ...(threads === undefined ? {} : { threads }),
    },
    (_, draw) =>
      draw === 0
        ? collectPictures((measured, batch) =>
            extraPictures(network.source, measured, batch, outline.counted),
          )
        : null,
  );
  const profiles = (column?.profiles ?? []).filter((profile) => profile !== null);
  const result = assembleFlow(network.source, outline, profiles, {
    ...{ settings, seed },
    data: {
      ...{ name: data.train.name, train: data.train.count, test: data.test.count },
      provenance: data.train.provenance,
    },
  });
  await writePictures(result, path, context);
  const { assumptions, references, seed: _, ...rest } = result;
  return {
    result: { ...rest, run: path },
    ...{ assumptions, references, seed },
    text: () => renderFlow(result, context),
    csv: () => flowCsv(result),
  };
}

/** The picture of `--output` and the page of `--report`. */
async function writePictures(result: FlowResult, path: string, context: CommandContext): Promise<void> {
  const { args, note } = context;
  const output = readText(args, "output");
  const report = readText(args, "report");
  if (output !== undefined) {
    const { curveInput, drawFlowCurve } = await import("../../figures/index.ts");
    const pictures = await readPictures(path);
    await writeFigure(output, (options) => drawFlowCurve(curveInput(result, pictures), options), context);
    note(`wrote ${output}`);
  }
  if (report !== undefined) {
    const { writeFlowReport } = await import("../flow-artifacts.ts");
    await writeFlowReport(report, result, await readPictures(path), context);
    note(`wrote ${report}`);
  }
}
