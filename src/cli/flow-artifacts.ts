/** Pages that the flow commands write, complete or not at all. */
import { platform } from "#platform";
import type { FlowScanInput } from "../figures/index.ts";
import type { FlowPictures, FlowResult } from "../flow/index.ts";
import { formatNetwork, type NetworkSpec } from "../networks/index.ts";
import { renderFlowReport, renderFlowScanReport, renderTuneReport } from "../report/index.ts";
import type { TunePlan } from "../runs/index.ts";
import type { CommandContext } from "./command.ts";
import type { TuneReport } from "./render/tune.ts";
import type { ScannedMap } from "./scanned-map.ts";

/** The page of one network. */
export async function writeFlowReport(
  path: string,
  result: FlowResult,
  pictures: FlowPictures | null,
  { args, version, commandLine, machine }: CommandContext,
): Promise<void> {
  const html = await renderFlowReport({
    result,
    pictures,
    invocation: { commandLine, version, environment: machine },
  });
  await platform.writeFile(path, html, { overwrite: args.force === true });
}

/** The page of a scan. */
export async function writeScanReport(
  path: string,
  scan: {
    readonly scanned: readonly ScannedMap[];
    readonly figures: readonly FlowScanInput[];
    readonly spec: NetworkSpec;
    readonly data: string;
    readonly assumptions: readonly string[];
    readonly facts: readonly string[];
  },
  { args, version, commandLine, machine, seed }: CommandContext,
): Promise<void> {
  const { spec, scanned, figures } = scan;
  const html = await renderFlowScanReport({
    ...{ name: formatNetwork(spec), activation: spec.activation, data: scan.data, seed },
    maps: scanned.map(({ map, trained, comparison, score, chance }, i) => ({
      ...{ map, trained, comparison, score, chance },
      figure: figures[i] as FlowScanInput,
    })),
    facts: [...scan.facts, `Seed: ${seed}; the same seed gives the same numbers.`],
    assumptions: scan.assumptions,
    invocation: { commandLine, version, environment: machine },
  });
  await platform.writeFile(path, html, { overwrite: args.force === true });
}

/** The page of a tuning. */
export async function writeTuneReport(
  path: string,
  { result, comparison, score, data, notCovered, input }: TuneReport,
  plan: TunePlan,
  { args, version, commandLine, machine, seed }: CommandContext,
): Promise<void> {
  const html = await renderTuneReport({
    ...{ result, comparison, score, data, notCovered, input, seed, plan },
    invocation: { commandLine, version, environment: machine },
  });
  await platform.writeFile(path, html, { overwrite: args.force === true });
}
