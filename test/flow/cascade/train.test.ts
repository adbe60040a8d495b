/** How a training of decoders behaves: threads, parts, interruption, divergence, wrong input. */
import { describe, expect, test, vi } from "vitest";
import { sampleBlobs } from "../../../src/data/index.ts";
import { createPool } from "../../../src/engine/index.ts";
import {
  type DecoderTrainingOptions,
  drawDenseChain,
  type FlowBlock,
  type TrainedCascade,
  type TrainedDecoder,
  trainDecoders,
} from "../../../src/flow/index.ts";
import { createStream } from "../../../src/numerics/index.ts";

const data = sampleBlobs(200, [6, 6], createStream(2));
const widths = [36, 20, 20, 20, 12];
const chain = drawDenseChain({ widths, sigmaW2: 1.8, sigmaB2: 0.05, stream: createStream(3) });

function train(options: Partial<DecoderTrainingOptions> = {}): Promise<TrainedCascade> {
  return trainDecoders(chain, data, { stream: createStream(1), batch: 16, batches: 50, ...options });
}

const bytesOf = ({ decoders }: { readonly decoders: readonly TrainedDecoder[] }): number[][] =>
  decoders.map(({ parameters, loss }) => [...loss, ...parameters.flatMap((tensor) => [...tensor.data])]);

describe("the same numbers", () => {
  test("on one thread, on two, on a pool of three, and in parts that fit a small memory", async () => {
    const expected = bytesOf(await train());
    expect(bytesOf(await train({ threads: 2 }))).toEqual(expected);
    const pool = createPool(3);
    expect(bytesOf(await train({ threads: 3, pool }))).toEqual(expected);
    await pool.release();
    // 36 numbers of 4 bytes, 16 examples: seven minibatches at a time
    expect(bytesOf(await train({ memory: 7 * 36 * 4 * 16, threads: 2 }))).toEqual(expected);
  });

  test("after an interruption", async () => {
    const expected = bytesOf(await train());
    const finished: TrainedDecoder[] = [];
    const stop = new AbortController();
    const interrupted = train({
      signal: stop.signal,
      onDecoder: (index, decoder) => {
        expect(index).toBe(finished.length);
        finished.push(decoder);
        if (finished.length === 2) stop.abort();
      },
    });
    await expect(interrupted).rejects.toMatchObject({ code: "interrupted" });
    expect(finished.length).toBe(2);
    const seen: number[] = [];
    const resumed = await train({ resume: finished, onDecoder: (index) => seen.push(index) });
    expect(seen).toEqual([2, 3]);
    expect(bytesOf(resumed)).toEqual(expected);
  });
});

test("decoders learn, and report progress", async () => {
  const onProgress = vi.fn();
  const { decoders, batches, seed } = await train({ batches: 150, rate: 3e-3, onProgress });
  for (const { loss } of decoders) {
    expect(loss.length).toBe(150);
    const late = loss.subarray(-20).reduce((sum, value) => sum + value, 0) / 20;
    expect(late).toBeLessThan(0.7 * (loss[0] as number));
  }
  expect([batches, seed]).toEqual([150, 1]);
  expect(onProgress).toHaveBeenLastCalledWith(
    expect.objectContaining({ stage: "training decoders", done: 600, total: 600 }),
  );
});

test("one epoch is the default, incomplete minibatches are left out", async () => {
  const { batches } = await trainDecoders(chain, data, { stream: createStream(1), batch: 48 });
  expect(batches).toBe(4);
});

test("a decoder that diverges is named, with what to do", async () => {
  const exploding: FlowBlock = {
    ...(chain.blocks[1] as FlowBlock),
    name: "dense2",
    dense: { activation: null },
    parameters: {
      weight: { dtype: "float32", shape: [20, 20], data: new Float32Array(400).fill(1e38) },
    },
    forward: chain.blocks[1]?.forward as FlowBlock["forward"],
  };
  const broken = { ...chain, blocks: [chain.blocks[0] as FlowBlock, exploding, ...chain.blocks.slice(2)] };
  for (const threads of [1, 2]) {
    await expect(
      trainDecoders(broken, data, { stream: createStream(1), batch: 16, batches: 10, threads }),
    ).rejects.toMatchObject({
      code: "convergence",
      message: expect.stringMatching(
        /^decoder 2 \(of block dense2\): loss .* at minibatch 1, expected a finite/,
      ),
      hint: expect.stringContaining("learning rate (0.001)"),
    });
  }
});

describe("wrong input", () => {
  const options = { stream: createStream(1), batch: 16, batches: 2 };
  test.each([
    ["batch of 1", {}, { batch: 1 }, /batch 1 with 200 examples/],
    ["more than there are", {}, { batch: 201 }, /expected 2 <= batch <= 200/],
    ["rate", {}, { rate: -1 }, /rate -1/],
    ["threads", {}, { threads: 0 }, /threads 0/],
    ["batches", {}, { batches: 0 }, /batches 0/],
    ["memory", {}, { memory: 0 }, /memory 0/],
    ["width", { shape: [5], inputs: new Float32Array(1000) }, {}, /shape \[5\], the chain takes \[36\]/],
    ["NaN", { inputs: data.inputs.map((x, i) => (i === 40 ? Number.NaN : x)) }, { batches: 12 }, /holds NaN/],
  ])("%s", async (_, wrong, more, message) => {
    await expect(trainDecoders(chain, { ...data, ...wrong }, { ...options, ...more })).rejects.toThrow(
      message,
    );
  });

  test("decoders of another training", async () => {
    const { decoders } = await train({ batches: 5 });
    await expect(train({ resume: decoders.slice(0, 1), batches: 6 })).rejects.toThrow(
      /decoder 1 of the interrupted training saw 5 minibatches, expected 6/,
    );
  });

  test("first values of the wrong shape", async () => {
    await expect(train({ initial: [[], [], [], []] })).rejects.toThrow(/first value 1 of decoder 1/);
  });

  test("no blocks", async () => {
    await expect(trainDecoders({ ...chain, blocks: [] }, data, options)).rejects.toThrow(/has no blocks/);
  });
});
