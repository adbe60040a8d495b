/**
 * The gap law on MNIST parity: last layers fitted on frozen features of random and of trained networks, beside law and bound.
 * Features are trained on 10,000 other digits. Writes docs/figures/gap-law.json and gap-law-*.svg. A minute of one core.
 * Run: npx tsx --conditions source bench/gap/run.ts
 */
import { writeFile } from "node:fs/promises";
import { type GapCurve, measureFeatures, measureGapCurve } from "../../src/bayes/index.ts";
import { type Dataset, loadDataset } from "../../src/data/index.ts";
import type { Tensor } from "../../src/engine/index.ts";
import { drawGapLaw, serializeFigure } from "../../src/figures/index.ts";
import { loadKernels } from "../../src/kernels/index.ts";
import { bindParameters, buildNetwork, initialize, parseNetwork } from "../../src/networks/index.ts";
import { createStream } from "../../src/numerics/index.ts";
import { createDocument } from "../../src/report/index.ts";
import { trainSpec } from "../../src/runs/index.ts";

const folder = new URL("../../docs/figures/", import.meta.url);
const algebra = await loadKernels();
const document = await createDocument();
const [trainedOn, measuredOn] = [10_000, 12_000];
const { train } = await loadDataset("mnist", {
  train: trainedOn + measuredOn,
  test: 0,
  seed: 0,
  standardize: "global",
});
const labels = Int32Array.from(train.labels as ArrayLike<number>);
const first: Dataset = {
  ...train,
  inputs: train.inputs.slice(0, trainedOn * 784),
  labels: labels.slice(0, trainedOn),
  count: trainedOn,
};
const others = {
  rows: measuredOn,
  cols: 784,
  data: Float64Array.from(train.inputs.subarray(trainedOn * 784)),
};
const targets = Float64Array.from(labels.subarray(trainedOn), (label) => (label % 2 === 1 ? 1 : -1));

const rows = [];
for (const activation of ["erf", "relu"]) {
  const spec = parseNetwork(`784-60-10 ${activation} sw2=2 sb2=0`);
  const network = buildNetwork(spec, { batch: 250 });
  const random = initialize(network, spec.initialization, createStream(1)).values;
  const trained = await trainSpec(spec, first, createStream(1), {
    batch: 100,
    steps: 1000,
    rate: 0.05,
    optimizer: { kind: "sgd" },
    initial: random,
  });
  const kinds: Readonly<Record<string, Readonly<Record<string, Tensor>>>> = {
    random,
    trained: Object.fromEntries(trained.parameters),
  };
  for (const [kind, values] of Object.entries(kinds)) {
    const features = await measureFeatures(bindParameters(network, values), others);
    for (const ridge of [0, 10]) {
      const sizes = (ridge === 0 ? [1.5, 2, 4, 10, 40] : [0.5, 1, 2, 4, 10, 40]).map((x) =>
        Math.round(60 * x),
      );
      const curve = measureGapCurve(
        { features, targets },
        sizes,
        { stream: createStream(2).fork(kind), draws: 30, ridge },
        algebra,
      );
      rows.push(...record(activation, kind, ridge, curve));
      if (ridge === 0) await draw(activation, kind, curve);
      if (rows.length === curve.points.length) console.log(`${curve.warning}\n`);
    }
  }
}
await writeFile(new URL("gap-law.json", folder), `${JSON.stringify(rows, null, 1)}\n`);
console.log(
  "| units | features | ridge | P | train / law | test / law | gap | law | bound | sqrt(train / test) | 1 - N / P |",
);
console.log(`|${" --- |".repeat(11)}`);
for (const row of rows) {
  const cells = [
    ...[row.activation, row.features, row.ridge, row.examples],
    ...[row.train / row.trainLaw, row.test / row.testLaw].map((x) => x.toFixed(3)),
    `${row.gap.toFixed(4)}(${Math.ceil(1e4 * row.gapStderr)})`,
    ...[row.gapLaw, row.bound, row.ratio].map((x) => x.toPrecision(3)),
    row.ridge === 0 ? (1 - 60 / row.examples).toPrecision(3) : "",
  ];
  console.log(`| ${cells.join(" | ")} |`);
}

function record(activation: string, features: string, ridge: number, { points, residual }: GapCurve) {
  return points.map((point) => ({
    activation,
    features,
    ridge,
    residual,
    examples: point.examples,
    train: point.train.value,
    trainLaw: point.law.train,
    test: point.test.value,
    testLaw: point.finiteSizeTest ?? point.law.test,
    gap: point.gap.value,
    gapStderr: point.gap.stderr ?? 0,
    gapLaw: point.law.gap,
    bound: point.bound,
    ratio: point.ratio,
  }));
}

async function draw(activation: string, kind: string, { points, warning }: GapCurve): Promise<void> {
  const figure = await drawGapLaw(
    {
      title: `Gap of a readout on 60 ${kind} ${activation} features, MNIST parity`,
      caption: `30 draws for each P. ${warning}`,
      points: points.map(({ examples, gap, law, bound }) => ({
        examples,
        gap: gap.value,
        stderr: gap.stderr,
        law: law.gap,
        bound,
      })),
    },
    { document },
  );
  await writeFile(new URL(`gap-law-${activation}-${kind}.svg`, folder), `${serializeFigure(figure)}\n`);
}
