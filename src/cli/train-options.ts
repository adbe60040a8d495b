/** What the ways of `isinglass train` share: steps, initialisation, checkpoints and interruption. */
import { InterruptedError, SpecError } from "../base/index.ts";
import type { Dataset } from "../data/index.ts";
import type { Checkpoint } from "../engine/index.ts";
import { type NetworkSpec, schemeNames } from "../networks/index.ts";
import { readCheckpoint, withInitialization, writeCheckpoint } from "../runs/index.ts";
import type { CommandContext } from "./command.ts";
import { readNumber, readText } from "./options.ts";
import { suggest } from "./suggest.ts";

/** Batch and number of steps. */
export function readSteps(
  { args }: CommandContext,
  train: Dataset,
): { readonly batch: number; readonly steps: number } {
  const batch = readBatch(args);
  const perEpoch = Math.max(1, Math.floor(train.count / batch));
  const epochs = readNumber(args, "epochs", { min: 1, max: 1e6, integer: true }) ?? 1;
  const steps = readNumber(args, "steps", { min: 1, max: 1e9, integer: true }) ?? epochs * perEpoch;
  return { batch, steps };
}

function readBatch(args: CommandContext["args"]): number {
  return readNumber(args, "batch-size", { min: 1, max: 1e6, integer: true }) ?? 100;
}

/** The specification with the scheme of `--init`, where it is given. */
export function readInitialization({ args }: CommandContext, spec: NetworkSpec): NetworkSpec {
  const text = readText(args, "init");
  if (text === undefined) return spec;
  const known = [...schemeNames, "critical" as const];
  const scheme = known.find((name) => name === text);
  if (scheme !== undefined) return withInitialization(spec, scheme);
  throw new SpecError(`--init: received "${text}", expected ${known.join(", ")}`, {
    hint: `--init ${suggest(text, known) ?? "critical"}`,
  });
}

/** The checkpoint to continue, null for a new training. */
export async function openCheckpoint({ args, note }: CommandContext): Promise<Checkpoint | null> {
  const path = readText(args, "checkpoint");
  if (path === undefined) return null;
  const resume = await readCheckpoint(path);
  note(resume === null ? `checkpoint ${path}` : `continuing ${path} after ${resume.step} steps`);
  return resume;
}

/** Keeps a checkpoint where one was asked for, and ends an interrupted training with the way to go on. */
export async function closeCheckpoint(
  { args }: CommandContext,
  training: { readonly state: string; readonly steps: number; readonly checkpoint: Checkpoint },
  steps: number,
): Promise<void> {
  const path = readText(args, "checkpoint");
  if (path !== undefined) await writeCheckpoint(path, training.checkpoint);
  if (training.state !== "interrupted") return;
  const kept = path === undefined ? "" : `, kept in ${path}`;
  throw new InterruptedError(`interrupted after ${training.steps} of ${steps} steps${kept}`, {
    hint:
      path === undefined
        ? "with --checkpoint FILE.npz the next run continues from here"
        : "run the same command again to continue",
  });
}
