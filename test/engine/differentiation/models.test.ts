/**
 * Gradients of whole exported networks (convolutional, residual, dense, attention) with respect to their input and all
 * weights: the directional derivative against central differences, in double on ONNX Runtime.
 */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  add,
  createPool,
  fromOnnx,
  type Graph,
  GraphBuilder,
  gradient,
  isFloat,
  lowerToFloat64,
  mul,
  numbersOf,
  type Pool,
  reduceSum,
  type Tensor,
  tensorOf,
  type Value,
} from "../../../src/engine/index.ts";
import { inputOf, pathOf, sizesOf } from "../onnx/fixture.ts";

/** Small, so that no ReLU or maximum meets its kink inside; rounding is then 1e-16 / STEP of the loss. */
const STEP = 1e-8;
const TOLERANCE = 1e-6;

/** One export of every architecture. */
const NAMES = [
  "mlp",
  "vgg-torchscript",
  "resnet-unfolded",
  "densenet-torchscript",
  "mobilenet-v2-torchscript",
  "mobilenet-v3-dynamo",
  "efficientnet-dynamo",
  "vit-torchscript",
  "gpt2-dynamo",
  "transformer",
] as const;

let pool: Pool;
beforeAll(() => {
  pool = createPool(1);
});
afterAll(() => pool.release());

const wave = (n: number, phase: number): number[] =>
  Array.from({ length: n }, (_, i) => Math.cos(phase + 2.399963 * i));

/** The network with its float weights turned into inputs, and their values. */
function openWeights(graph: Graph): { graph: Graph; weights: Record<string, Tensor> } {
  const weights = [...graph.initializers].filter(([, t]) => isFloat(t.dtype) && t.shape.length > 0);
  const names = new Set(weights.map(([name]) => name));
  return {
    graph: {
      ...graph,
      inputs: [...graph.inputs, ...weights.map(([name, t]) => ({ name, dtype: t.dtype, shape: t.shape }))],
      initializers: new Map([...graph.initializers].filter(([name]) => !names.has(name))),
    },
    weights: Object.fromEntries(weights),
  };
}

/** Loss and its derivative along a direction that moves the input and every weight. */
function lossAndSlope(graph: Graph): { graph: Graph; moving: Value[] } {
  const b = GraphBuilder.from(graph);
  const y = b.value(graph.outputs[0]!);
  b.clearOutputs();
  const constant = (v: Value, phase: number): Value =>
    b.constant(
      tensorOf(
        v.dtype,
        v.shape,
        wave(
          v.shape.reduce((p, q) => p * q, 1),
          phase,
        ),
      ),
    );
  const loss = reduceSum(b, mul(b, y, constant(y, 0.3)));
  const moving = graph.inputs.filter((v) => isFloat(v.dtype)).map((v) => b.value(v.name));
  const slopes = gradient(b, loss, moving).map((g, i) => reduceSum(b, mul(b, g, constant(g, i))));
  b.output(loss, "loss_out");
  b.output(
    slopes.reduce((p, q) => add(b, p, q)),
    "slope_out",
  );
  return { graph: lowerToFloat64(b.build()), moving };
}

describe("gradients of exported networks agree with central differences", () => {
  for (const name of NAMES)
    it(name, async () => {
      const imported = await fromOnnx(pathOf(name), sizesOf(name));
      const { graph: opened, weights } = openWeights(imported.graph);
      const { graph, moving } = lossAndSlope(opened);
      const session = await pool.createSession(graph);
      const inputName = imported.graph.inputs[0]!.name;
      const base: Record<string, Tensor> = { ...weights, [inputName]: inputOf(name) };
      const at = (step: number): Record<string, Tensor> => {
        const feeds = { ...base };
        for (const [i, v] of moving.entries()) {
          const values = numbersOf(base[v.name]!);
          const direction = wave(values.length, i);
          // away from the round numbers of the fixture, where maxima may tie
          const nudge = wave(values.length, 5 + i);
          const moved = values.map((x, k) => x + 1e-3 * nudge[k]! + step * direction[k]!);
          feeds[v.name] = tensorOf("float64", v.shape, moved);
        }
        return feeds;
      };
      const loss = async (step: number): Promise<number> =>
        Number((await session.run(at(step), { outputs: ["loss_out"] })).loss_out!.data[0]);
      const slope = Number((await session.run(at(0))).slope_out!.data[0]);
      const difference = ((await loss(STEP)) - (await loss(-STEP))) / (2 * STEP);
      await session.release();
      expect(Math.abs(slope - difference)).toBeLessThan(TOLERANCE * (1 + Math.abs(difference)));
    });
});
