/**
 * The graph of many steps of adversarial training (Goodfellow et al. 2014, with the non-saturating loss of the
 * generator), as one Scan. A step is that of DCGAN (Radford et al. 2016): with s = softplus, real x and fake G(z),
 *   discriminator: minimise mean s(-D(x)) + mean s(D(G(z))), then update D;
 *   generator:     minimise mean s(-D(G(z))) under the new D and the same z, then update G.
 * D returns logits. The derivatives of the losses by the logits are written out: s'(u) = sigmoid(u).
 */
import { ShapeError } from "../../base/index.ts";
import { vectorJacobian } from "../differentiation/index.ts";
import { GraphBuilder, type Value } from "../graph/index.ts";
import type { Graph } from "../ir.ts";
import { add, cast, greater, mul, neg, reduceMean, reshape, sigmoid, softplus } from "../ops/index.ts";
import { sizeOf } from "../tensor.ts";
import { fuseUpdates } from "./fuse.ts";
import { inlineGraph } from "./inline.ts";
import { emitUpdate, type Optimizer } from "./optimizers.ts";
import { scanBytes } from "./scan.ts";
import {
  FEEDS,
  initialWeights,
  type NamedTensors,
  orderInputs,
  type StateArray,
  stateArray,
  stateInput,
  type TrainableModel,
  zerosLike,
} from "./step.ts";
import { unpoolByComparison } from "./unpool.ts";

/** The two models: the generator maps noise to examples, the discriminator examples to one logit. */
export interface AdversarialModels {
  readonly generator: TrainableModel;
  readonly discriminator: TrainableModel;
}

/** Names of the fed arrays and of the records beside those of ordinary training. */
export const ADVERSARIAL = {
  noise: "batches.noise",
  records: {
    discriminatorLoss: "records.discriminatorLoss",
    generatorLoss: "records.generatorLoss",
    realAccuracy: "records.realAccuracy",
    fakeAccuracy: "records.fakeAccuracy",
  },
} as const;

/** A training graph as ONNX bytes. */
export interface AdversarialStep {
  readonly bytes: Uint8Array;
  readonly state: readonly StateArray[];
  /** Shapes of one batch. */
  readonly inputShape: readonly number[];
  readonly noiseShape: readonly number[];
}

const FLOAT = "float32" as const;
const PARTS = ["generator", "discriminator"] as const;
type Part = (typeof PARTS)[number];

/** Name of a parameter in checkpoints. */
export function partName(part: Part, name: string): string {
  return `${part}.${name}`;
}

const shapeOf = (graph: Graph, name: string): readonly number[] => graph.values.get(name)?.shape ?? [];

function requireChain({ generator, discriminator }: AdversarialModels): void {
  const made = shapeOf(generator.graph, generator.logits.name);
  const read = shapeOf(discriminator.graph, discriminator.input.name);
  if (made[0] !== read[0] || sizeOf(made) !== sizeOf(read)) {
    throw new ShapeError(
      `adversarial training: the generator makes [${made}], the discriminator takes [${read}]`,
      {
        hint: "Give both the same example size and batch.",
      },
    );
  }
  const judged = shapeOf(discriminator.graph, discriminator.logits.name);
  if (sizeOf(judged) !== judged[0]) {
    throw new ShapeError(
      `adversarial training: the discriminator returns [${judged}], expected one logit per example`,
      {
        hint: "End it with a layer of width 1.",
      },
    );
  }
}

/** A model whose parameters are values of a builder. */
function applyModel(
  b: GraphBuilder,
  { graph, input, logits, parameters }: TrainableModel,
  x: Value,
  weights: readonly Value[],
): Value {
  const shape = shapeOf(graph, input.name);
  const fitted = `${x.shape}` === `${shape}` ? x : reshape(b, x, shape);
  const bound = Object.fromEntries(parameters.map(({ name }, i) => [name, weights[i] as Value]));
  return inlineGraph(b, graph, { [input.name]: fitted, ...bound })(logits.name);
}

/** What a step minimises and counts. */
interface Losses {
  readonly loss: Value;
  readonly gradients: readonly Value[];
}

/** mean softplus(sign * logits) of each sort, and its gradient by `weights`. */
function emitLoss(
  b: GraphBuilder,
  terms: readonly { readonly logits: Value; readonly isReal: boolean }[],
  weights: readonly Value[],
): Losses {
  const signed = terms.map(({ logits, isReal }) => (isReal ? neg(b, logits) : logits));
  const losses = signed.map((u) => reduceMean(b, softplus(b, u)));
  const seeds = signed.map((u, i) => {
    const rate = mul(b, sigmoid(b, u), 1 / sizeOf(u.shape));
    return terms[i]?.isReal === true ? neg(b, rate) : rate;
  });
  const gradients = vectorJacobian(
    b,
    terms.map(({ logits }) => logits),
    weights,
    seeds,
  );
  return { loss: losses.reduce((sum, loss) => add(b, sum, loss)), gradients };
}

/** Share of logits on the right side of 0. */
function emitShare(b: GraphBuilder, logits: Value, isReal: boolean): Value {
  const signed = isReal ? logits : neg(b, logits);
  return reduceMean(b, cast(b, greater(b, signed, 0), FLOAT));
}

/** Parameters of one model inside a body: values, optimiser arrays, and how they are kept. */
interface PartState {
  readonly weights: readonly Value[];
  readonly slots: readonly (readonly Value[])[];
  readonly weightState: readonly StateArray[];
  readonly slotState: readonly StateArray[];
}

function declarePart(
  b: GraphBuilder,
  part: Part,
  model: TrainableModel,
  initial: NamedTensors,
  optimizer: Optimizer,
): PartState {
  const tensors = initialWeights(model, initial);
  const names = model.parameters.map(({ name }) => partName(part, name));
  const slotNames = names.map((name) => optimizer.slots.map((slot) => `${name}:${slot}`));
  const shapes = tensors.map(({ shape }) => shape);
  return {
    weights: names.map((name, i) => b.input(name, FLOAT, shapes[i] as readonly number[])),
    slots: slotNames.map((list, i) =>
      list.map((name) => b.input(name, FLOAT, shapes[i] as readonly number[])),
    ),
    weightState: names.map((name, i) => stateArray(name, tensors[i] as (typeof tensors)[number])),
    slotState: slotNames.flatMap((list, i) =>
      list.map((name) => stateArray(name, zerosLike(tensors[i] as (typeof tensors)[number]))),
    ),
  };
}

/**
 * Builds the graph of adversarial training.
 *
 * @throws ShapeError when generator and discriminator do not fit together
 */
export function buildAdversarialStep(
  models: AdversarialModels,
  initial: Readonly<Record<Part, NamedTensors>>,
  optimizer: Optimizer,
): AdversarialStep {
  requireChain(models);
  const { generator, discriminator } = models;
  const b = new GraphBuilder("adversarial");
  const [made, judge] = PARTS.map((part) => declarePart(b, part, models[part], initial[part], optimizer)) as [
    PartState,
    PartState,
  ];
  const rates = optimizer.scalars.map((name) => b.input(`rates.${name}`, FLOAT, []));
  const scalars = Object.fromEntries(optimizer.scalars.map((name, i) => [name, rates[i] as Value]));
  const inputShape = shapeOf(discriminator.graph, discriminator.input.name);
  const noiseShape = shapeOf(generator.graph, generator.input.name);
  const real = b.input("real", FLOAT, inputShape);
  const noise = b.input("noise", FLOAT, noiseShape);

  const update = (state: PartState, gradients: readonly Value[]) =>
    state.weights.map((parameter, i) => {
      const scaled = optimizer.isScaledAtLoss
        ? mul(b, gradients[i] as Value, scalars.negativeRate as Value)
        : (gradients[i] as Value);
      return emitUpdate(b, optimizer, { parameter, gradient: scaled, slots: state.slots[i] ?? [], scalars });
    });

  const fake = applyModel(b, generator, noise, made.weights);
  const onReal = applyModel(b, discriminator, real, judge.weights);
  const onFake = applyModel(b, discriminator, fake, judge.weights);
  const terms = [
    { logits: onReal, isReal: true },
    { logits: onFake, isReal: false },
  ];
  const judging = emitLoss(b, terms, judge.weights);
  const judged = update(judge, judging.gradients);
  // the generator is judged by the discriminator that has just learned
  const newWeights = judged.map(({ parameter }) => parameter);
  const onFakeAfter = applyModel(b, discriminator, fake, newWeights);
  const making = emitLoss(b, [{ logits: onFakeAfter, isReal: true }], made.weights);
  const madeUpdates = update(made, making.gradients);

  const updates = [...madeUpdates, ...judged];
  for (const { parameter } of updates) b.output(parameter);
  for (const { slots } of updates) for (const slot of slots) b.output(slot);
  b.output(judging.loss, "discriminatorLoss");
  b.output(making.loss, "generatorLoss");
  b.output(emitShare(b, onReal, true), "realAccuracy");
  b.output(emitShare(b, onFake, false), "fakeAccuracy");
  const state = [...made.weightState, ...judge.weightState, ...made.slotState, ...judge.slotState];
  const body = orderInputs(fuseUpdates(unpoolByComparison(b.build())), [
    ...state.map(({ name }) => name),
    ...rates.map(({ name }) => name),
    real.name,
    noise.name,
  ]);
  const bytes = scanBytes(body, {
    state,
    scanned: [...optimizer.scalars.map(FEEDS.scalar), FEEDS.inputs, ADVERSARIAL.noise],
    records: Object.values(ADVERSARIAL.records),
  });
  return { bytes, state, inputShape, noiseShape };
}

/** Builds the graph that turns batches of noise into examples, on the parameters that live beside the training graph. */
export function buildSampler({ generator }: AdversarialModels): Uint8Array {
  const outer = new GraphBuilder("generator");
  const weights = generator.parameters.map(({ name }) =>
    outer.input(stateInput(partName("generator", name)), FLOAT, shapeOf(generator.graph, name)),
  );
  const b = new GraphBuilder("samples", { outer });
  const noise = b.input("noise", FLOAT, shapeOf(generator.graph, generator.input.name));
  b.output(applyModel(b, generator, noise, weights));
  return scanBytes(b.build(), {
    state: [],
    scanned: [ADVERSARIAL.noise],
    records: [FEEDS.inputs],
    captured: weights,
  });
}
