/** Random streams of draws, and the digits that are kept of one: the same in run folders and wherever else a draw is measured. */
import { type Dataset, limitExamples } from "../../data/index.ts";
import { createStream, type RandomStream } from "../../numerics/index.ts";
import type { DecoderLearning } from "../classify/index.ts";
import type { FlowProfile } from "./types.ts";

/** Digits that a profile keeps: a resumed run reads what a fresh one wrote, so both round alike. */
const DIGITS = 7;

/** The random stream of a draw: the same for all cells of a map. */
export function drawStream(seed: number, draw: number): RandomStream {
  return createStream(seed).fork("flow").fork(draw);
}

/** The examples that a draw reconstructs. */
export function testBatchOf(test: Dataset, count: number, stream: RandomStream): Dataset {
  return limitExamples(test, count, stream.fork("test"));
}

/** A profile with the digits that a run folder keeps. */
export function roundProfile(profile: FlowProfile): FlowProfile {
  const round = (value: number): number => Number(value.toPrecision(DIGITS));
  const roundLearning = (learning: DecoderLearning | null): DecoderLearning | null =>
    learning === null
      ? null
      : {
          minibatches: learning.minibatches,
          ...{ start: round(learning.start), middle: round(learning.middle) },
          ...{ end: round(learning.end), variance: round(learning.variance) },
        };
  return {
    gram: profile.gram.map(round),
    differential: profile.differential.map(round),
    relative: profile.relative.map(round),
    forward: profile.forward.map(round),
    forwardLargest: profile.forwardLargest.map(round),
    decoderLoss: profile.decoderLoss.map((loss) => (loss === null ? null : round(loss))),
    ...(profile.learning === undefined ? {} : { learning: profile.learning.map(roundLearning) }),
    ...(profile.leftOut === undefined ? {} : { leftOut: profile.leftOut }),
    shannon: profile.shannon.map(round),
    classification: profile.classification,
  };
}

/** A profile as a run folder keeps it: JSON has no NaN, so that undefined entropies come back as null. */
export function reviveProfile(stored: unknown): FlowProfile {
  const profile = stored as FlowProfile;
  const differential = profile.differential as readonly (number | null)[];
  return { ...profile, differential: differential.map((value) => value ?? Number.NaN) };
}
