/** Arguments of commands that read data: `--data`, `--examples`, `--standardize`, and the network beside them. */
import { SpecError } from "../base/index.ts";
import { type Dataset, type DatasetParts, loadDataset } from "../data/index.ts";
import type { CommandContext } from "./command.ts";
import { readNumber, readText } from "./options.ts";
import { suggest } from "./suggest.ts";

/** What a command needs of its data. */
export interface DataRequest {
  /** At most this many training examples; all without it. */
  readonly train?: number;
  /** Number of test examples; all there are without it. */
  readonly test?: number;
  /** Shape of one example that the network takes; sets the size of noise. */
  readonly shape: readonly number[];
}

/** Examples of MNIST have this many values. */
const MNIST_SIZE = 784;

/** Loads `--data`; without it MNIST where the network takes 784 values, else white noise of the network's size. */
export async function readData(context: CommandContext, request: DataRequest): Promise<DatasetParts> {
  const { args, note, seed } = context;
  const size = request.shape.join("x");
  const fitsMnist = request.shape.reduce((product, n) => product * n, 1) === MNIST_SIZE;
  const named = readText(args, "data") ?? (fitsMnist ? "mnist" : undefined);
  if (readText(args, "data") === undefined) {
    note(`no --data: using ${named ?? `white noise of shape ${size}`}`);
  }
  const isSynthetic = ["noise", "mixture", "blobs"].includes(named ?? "");
  const location = named === undefined ? `noise:${size}` : isSynthetic ? `${named}:${size}` : named;
  const mode = readStandardization(context, named);
  return loadDataset(location, {
    ...(request.train === undefined ? {} : { train: request.train }),
    ...(request.test === undefined ? {} : { test: request.test }),
    seed,
    // noise is standardised by its making
    standardize: named === undefined ? "none" : mode,
  });
}

/** Observables in units of their own (jets) are standardised one by one unless something else is asked for. */
function readStandardization(
  { args }: CommandContext,
  named: string | undefined,
): "global" | "pixel" | "none" {
  const modes = ["global", "pixel", "none"] as const;
  const text = readText(args, "standardize") ?? (named === "jets" ? "pixel" : "global");
  const mode = modes.find((known) => known === text);
  if (mode === undefined) {
    throw new SpecError(`--standardize: received "${text}", expected global, pixel or none`, {
      hint: `--standardize ${suggest(text, modes) ?? "global"}`,
    });
  }
  return mode;
}

/** Number of examples of `--examples`; undefined when it is not given. */
export function readExampleCount({ args }: CommandContext): number | undefined {
  return readNumber(args, "examples", { min: 2, max: 1e7, integer: true });
}

/** The training part, shaped for a network; throws ShapeError when its size is another. */
export function describeData({ name, count, shape }: Dataset): string {
  return `${name}: ${count} examples of shape ${shape.join("x")}`;
}
