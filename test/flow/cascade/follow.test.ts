/** A batch that follows a training gives what is measured at its end, bit for bit, and leaves nothing behind when it is stopped. */
import { describe, expect, it } from "vitest";
import { InterruptedError } from "../../../src/base/index.ts";
import { sampleMixture } from "../../../src/data/index.ts";
import {
  type FollowedDepth,
  followTraining,
  measureCurve,
  measureProfile,
  sourceOfSpec,
  trainDecoders,
} from "../../../src/flow/index.ts";
import { parseNetwork } from "../../../src/networks/index.ts";
import { createStream } from "../../../src/numerics/index.ts";

const stream = createStream(5);
const data = sampleMixture(320, [64], stream.fork("data"));
const test = sampleMixture(20, [64], stream.fork("test"));

async function openChain(text: string) {
  return sourceOfSpec(parseNetwork(text)).open(stream.fork(text), [-5, 5]);
}

describe("a batch that follows the training of decoders", () => {
  it.each(["64-40x4-5 tanh sw2=1.7 sb2=0.05", "cnn:1x8x8-c4-c4/2x2-gap-5 tanh sw2=1.2 sb2=0"])(
    "measures %s as it is measured at the end",
    async (text) => {
      const chain = await openChain(text);
      const follower = await followTraining(chain, test);
      const waiting: Promise<FollowedDepth>[] = [];
      const cascade = await trainDecoders(chain, data, {
        ...{ stream, batch: 32, batches: 8 },
        onDecoder: (_, decoder) => waiting.push(follower.advance(decoder)),
      });
      const followed = await Promise.all(waiting);
      expect(follower.curve()).toEqual(await measureCurve(cascade, test));
      expect(followed.map(({ depth }) => depth)).toEqual(chain.blocks.map((_, i) => i + 1));
      await follower.release();
    },
  );

  it("gives the profile of a measurement at the end, and every depth as it comes", async () => {
    const chain = await openChain("64-40x3-5 tanh sw2=1.7 sb2=0.05");
    const options = { batch: 32, batches: 8 };
    const depths: number[] = [];
    const pictures: number[] = [];
    const followed = await measureProfile(chain, data, test, {
      ...{ ...options, stream: stream.fork("decoders") },
      onDepth: ({ depth }) => depths.push(depth),
      onReconstruction: ({ depth }) => pictures.push(depth),
    });
    const whole = await measureProfile(chain, data, test, { ...options, stream: stream.fork("decoders") });
    expect(followed.profile).toEqual(whole.profile);
    expect(depths).toEqual([0, 1, 2, 3, 4]);
    expect(pictures).toEqual([1, 2, 3, 4]);
  });

  it("stops on request, with the depths measured so far", async () => {
    const chain = await openChain("64-40x6-5 tanh sw2=1.7 sb2=0.05");
    const stop = new AbortController();
    const depths: number[] = [];
    const stopped = measureProfile(chain, data, test, {
      ...{ stream, batch: 32, batches: 8, signal: stop.signal },
      onDepth: ({ depth }) => {
        depths.push(depth);
        if (depth === 2) stop.abort();
      },
    });
    await expect(stopped).rejects.toThrow(InterruptedError);
    expect(depths).toEqual([0, 1, 2]);
  });
});
