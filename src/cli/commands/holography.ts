/** `isinglass holography TOPIC`: fields on hyperbolic tilings, what their boundary knows, and chains on it. */
import { SpecError } from "../../base/index.ts";
import type { Command, Outcome } from "../command.ts";
import { runChain } from "../holography-chain.ts";
import { runCorrelator, runThreshold } from "../holography-fields.ts";
import { runReconstruction } from "../holography-reconstruction.ts";
import { meant } from "../ising-model.ts";
import { checkOutputs } from "../lattice-artifacts.ts";

const TOPICS = {
  threshold: runThreshold,
  correlator: runCorrelator,
  reconstruction: runReconstruction,
  chain: runChain,
} as const;

export const holographyCommand: Command = {
  name: "holography",
  summary: "Fields on hyperbolic tilings: thresholds, boundary dimensions, reconstruction, boundary chains",
  examples: [
    "isinglass holography threshold --p 7 --q 3",
    "isinglass holography correlator --p 7 --q 3 --mass-squared -0.2,0,0.5,1,2 --output dimensions.svg",
    "isinglass holography reconstruction --p 7 --q 3 --arc 120 --output wedge.svg",
    "isinglass holography chain --p 5 --q 4 --couplings 0.1:1 --output entropy.svg",
    "isinglass holography chain --disorder 3 --sites 256",
  ],
  args: {
    topic: {
      type: "positional",
      required: true,
      description: "threshold, correlator, reconstruction or chain",
    },
    p: { type: "string", valueHint: "P", default: "7", description: "edges of a cell (chain: 5)" },
    q: { type: "string", valueHint: "Q", default: "3", description: "cells round a vertex (chain: 4)" },
    layers: { type: "string", valueHint: "N", description: "edge layers (default: by --max-cells)" },
    "max-cells": { type: "string", valueHint: "N", description: "cells of the largest patch" },
    "mass-squared": {
      type: "string",
      valueHint: "LIST",
      description: "m^2 of the field; correlator takes several: A,B,C or A:B:N",
    },
    weight: {
      type: "string",
      valueHint: "W",
      description: "of the Laplacian: second-order, finite-element, calibrated, or a number",
    },
    sources: {
      type: "string",
      valueHint: "N",
      default: "24",
      description: "correlator: boundary cells as sources",
    },
    arc: { type: "string", valueHint: "DEGREES", default: "180", description: "reconstruction: known arc" },
    "data-layers": {
      type: "string",
      valueHint: "N",
      default: "1",
      description: "reconstruction: known layers",
    },
    noise: {
      type: "string",
      valueHint: "S",
      default: "0.001",
      description: "reconstruction: noise of the data",
    },
    couplings: { type: "string", valueHint: "A:B", default: "0.1:1", description: "chain: J_a and J_b" },
    sites: { type: "string", valueHint: "N", default: "512", description: "chain: spins, an even number" },
    disorder: {
      type: "string",
      valueHint: "D",
      description: "chain: random couplings u^D on a ring instead",
    },
    samples: {
      type: "string",
      valueHint: "N",
      default: "20",
      description: "chain: random chains averaged over",
    },
    output: { type: "string", valueHint: "FILE", description: "write the figure: .svg, .png, .csv, .json" },
    report: { type: "string", valueHint: "FILE", description: "write one HTML page" },
  },
  run(context): Promise<Outcome> {
    const topic = String(context.args.topic);
    const known = Object.keys(TOPICS);
    if (!known.includes(topic))
      throw new SpecError(
        `holography: received the topic "${topic}", expected ${known.join(", ")}${meant(topic, known)}`,
        { hint: "isinglass holography threshold --p 7 --q 3" },
      );
    checkOutputs(context);
    return TOPICS[topic as keyof typeof TOPICS](context);
  },
};
