/** The result of `flow`: one network's information flow with its verdict, theory, and what was not covered. */
import type { Provenance, Reference } from "../../base/index.ts";
import type { Cutoff } from "../cascade/index.ts";
import type { FlowChain } from "../chain/index.ts";
import { averageProfiles, type LayerLabel } from "./average.ts";
import { describeDecoders, describeLeftOut } from "./decoders.ts";
import { type FlowVerdict, judgeFlow } from "./judge.ts";
import { countedDepth } from "./profile.ts";
import { findDifferentialCutoff, findReach, type Reach } from "./reach.ts";
import { type FlowSource, theoryOf } from "./source.ts";
import type { FlowTheory } from "./theory.ts";
import type { FlowLayer, FlowProfile } from "./types.ts";

/** A measured flow. */
export interface FlowResult extends Provenance {
  readonly network: {
    readonly name: string;
    readonly origin: FlowSource["origin"];
    readonly depth: number;
    readonly inputShape: readonly number[];
    readonly initialization: string;
  };
  readonly data: {
    readonly name: string;
    readonly train: number;
    readonly test: number;
    readonly provenance: readonly string[];
  };
  readonly settings: {
    readonly draws: number;
    readonly batches: number;
    readonly batch: number;
    readonly rate: number;
    readonly testBatch: number;
  };
  readonly verdict: FlowVerdict;
  readonly reach: Reach;
  /** Of the mean differential entropy, as published; "no deviation" is a result of its own, and so is an undefined one. */
  readonly cutoff: Cutoff;
  readonly layers: readonly FlowLayer[];
  readonly theory: Omit<FlowTheory, "references"> | null;
  readonly notCovered: readonly string[];
}

/** What a chain looks like, without its parameters. */
export interface ChainOutline {
  readonly labels: readonly LayerLabel[];
  readonly counted: number;
  readonly isDense: boolean;
}

/** The outline of a chain: labels of the input and of every block, the depths that count, whether all blocks are dense. */
export function outlineOf(chain: FlowChain): ChainOutline {
  return {
    labels: [{ name: "input", kind: "input" }, ...chain.blocks.map(({ name, kind }) => ({ name, kind }))],
    counted: countedDepth(chain),
    isDense: chain.blocks.every(({ kind }) => kind === "dense"),
  };
}

/** Where the method comes from. */
export const FLOW_REFERENCES: readonly Reference[] = [
  {
    authors: "Thurn, Jefferson, Erdmenger",
    year: 2024,
    title:
      "Opening the Black Box: predicting the trainability of deep neural networks with reconstruction entropy",
    id: "arXiv:2406.12916",
  },
];

/** Puts the result together. */
export function assembleFlow(
  source: FlowSource,
  outline: ChainOutline,
  profiles: readonly FlowProfile[],
  setup: Pick<FlowResult, "data" | "settings"> & { readonly seed: number },
): FlowResult {
  const { labels, counted, isDense } = outline;
  const layers = averageProfiles(profiles, labels, counted);
  const seen = layers.slice(0, counted + 1);
  const reach = findReach(seen.map(({ gram }) => gram.value));
  const theory = theoryOf(source);
  const { data, settings, seed } = setup;
  const head = layers.slice(counted + 1).map(({ name }) => name);
  return {
    network: {
      ...{ name: source.name, origin: source.origin, depth: labels.length - 1 },
      ...{ inputShape: source.inputShape, initialization: source.initialization },
    },
    ...{ data, settings, seed, layers, reach },
    verdict: judgeFlow(profiles, layers, reach, theory, { origin: source.origin, batches: settings.batches }),
    cutoff: findDifferentialCutoff(
      // a curve of two depths at least: the input takes part when there is one block only
      counted < 2
        ? [0, ...seen.map(({ differential }) => differential.value)]
        : seen.map(({ differential }) => differential.value),
      isDense,
    ),
    theory: theory === null ? null : withoutReferences(theory),
    notCovered: [
      ...(head.length === 0
        ? []
        : [
            `The head (${head.join(", ")}) is measured but left out of the verdict: it is much narrower than the other blocks.`,
          ]),
      ...source.coverage.gaps,
      ...(source.origin === "file"
        ? [
            "The file holds one set of parameters: errors are over decoders and test batches, not over draws of the network.",
          ]
        : []),
      ...describeDecoders(profiles, layers, settings),
      ...describeLeftOut(layers, settings.testBatch),
      ...(isBarelyTrained(layers)
        ? [
            "Already the decoder of the first block finds less than half of the input's Gram entropy: longer training (--batches) may show more.",
          ]
        : []),
      ...(profiles.length === 1 ? ["One draw: errors are not known. Use --seeds 3 or more."] : []),
      "What a decoder of one layer cannot undo counts as lost; a stronger decoder might still find it.",
    ],
    assumptions: [
      `Decoders: one layer for each block, ${settings.batches} minibatches of ${settings.batch}, Adam with rate ${settings.rate}, each trained on its own block while the network stays as it is.`,
      `Entropies: of ${settings.testBatch} test examples that the decoders did not see; Gram entropy divided by the logarithm of their number.`,
      `Reach: deepest block from which reconstructions keep ${Math.round(100 * reach.share)} % of the input's Gram entropy. Cutoff: as published, the depth at which the differential entropy has left its final value.`,
    ],
    references: [...FLOW_REFERENCES, ...(theory?.references ?? [])],
  };
}

function isBarelyTrained([input, first]: readonly FlowLayer[]): boolean {
  return input !== undefined && first !== undefined && first.gram.value < input.gram.value / 2;
}

function withoutReferences({ references: _, ...theory }: FlowTheory): Omit<FlowTheory, "references"> {
  return theory;
}
