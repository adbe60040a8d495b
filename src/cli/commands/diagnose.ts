/** `isinglass diagnose NETWORK`: will it train, where does it lose the signal, what would be critical. */

import { platform } from "#platform";
import { SpecError, UnsupportedOpError } from "../../base/index.ts";
import { checkWritable } from "../../runs/index.ts";
import type { DescribedExamples, DiagnosableNetwork } from "../../signal/index.ts";
import { writeReport } from "../artifacts.ts";
import type { Command, CommandContext, Outcome } from "../command.ts";
import { readData, readExampleCount } from "../data-options.ts";
import { DATA_OPTIONS, NETWORK_ARGUMENT } from "../definitions.ts";
import { describeError } from "../errors.ts";
import { readNetwork } from "../network-options.ts";
import { readNumber, readText } from "../options.ts";
import { diagnosisCsv, renderDiagnosis } from "../render/diagnosis.ts";

/** Examples measured on when `--examples` is not given. */
const EXAMPLES = 256;
const SEEDS = 5;

export const diagnoseCommand: Command = {
  name: "diagnose",
  summary: "Tell whether a network will train, where it loses the signal, and what would be critical",
  examples: [
    "isinglass diagnose '784-300x50-10 tanh' --data mnist --report report.html",
    "isinglass diagnose model.onnx --data mnist --fix critical.onnx",
    "isinglass diagnose '784-300x50-10 tanh sw2=1.76 sb2=0.05' --data mnist --expect 'verdict.trains = yes'",
  ],
  args: {
    ...NETWORK_ARGUMENT,
    ...DATA_OPTIONS,
    examples: {
      type: "string",
      valueHint: "N",
      default: String(EXAMPLES),
      description: "examples to measure on",
    },
    seeds: { type: "string", valueHint: "N", default: String(SEEDS), description: "draws of the parameters" },
    report: { type: "string", valueHint: "FILE.html", description: "write a page that holds everything" },
    fix: { type: "string", valueHint: "OUT.onnx", description: "write the network with critical parameters" },
  },
  async run(context): Promise<Outcome> {
    const { args, note } = context;
    const report = readText(args, "report");
    const fix = readText(args, "fix");
    const force = args.force === true;
    for (const path of [report, fix]) if (path !== undefined) checkWritable(path, { force });
    const seeds = readNumber(args, "seeds", { min: 1, max: 1000, integer: true }) ?? SEEDS;
    const network = await readNetwork(context);
    const examples = readExampleCount(context) ?? EXAMPLES;
    const train = await readExamples(network, examples, context);
    const { signal, onProgress, threads } = context;
    const diagnosis = await network.diagnose(train, {
      seeds,
      signal,
      onProgress,
      ...(threads === undefined ? {} : { threads }),
    });
    const exitCode = fix === undefined ? 0 : await writeFix(fix, () => network.fix(diagnosis), context);
    if (report !== undefined) {
      await writeReport(report, diagnosis, context);
      note(`wrote ${report}`);
    }
    const { assumptions, references, seed, ...result } = diagnosis;
    return {
      result: { ...result },
      assumptions,
      references,
      seed,
      exitCode,
      text: () => renderDiagnosis(diagnosis, context),
      csv: () => diagnosisCsv(diagnosis),
    };
  },
};

/** Examples to measure on: data, or for a model of token numbers random tokens. */
async function readExamples(
  { ownData, inputShape }: DiagnosableNetwork,
  count: number,
  context: CommandContext,
): Promise<DescribedExamples> {
  if (ownData === undefined)
    return (await readData(context, { train: count, test: 0, shape: inputShape })).train;
  const data = readText(context.args, "data");
  if (data !== undefined) {
    throw new SpecError(`--data: received ${data} for a model of token numbers`, {
      hint: "leave --data out: such a model is measured from its embedding on, with random tokens",
    });
  }
  return ownData(count);
}

/** Writes the network with critical parameters; where there are none, the diagnosis still counts. */
async function writeFix(
  path: string,
  fix: () => Promise<Uint8Array>,
  { note, args }: CommandContext,
): Promise<number> {
  try {
    await platform.writeFile(path, await fix(), { overwrite: args.force === true });
    note(`wrote ${path}`);
    return 0;
  } catch (error) {
    if (!(error instanceof UnsupportedOpError)) throw error;
    for (const line of describeError(error).lines) note(line);
    return error.exitCode;
  }
}
