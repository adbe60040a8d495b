/**
 * Teacher and student in numbers and pictures: the offline transition for students of several sizes, and order parameters on
 * Gaussian inputs and on a hidden manifold beside simulations. Writes docs/figures/collapse.{json,svg}, order-parameters.svg and
 * order-parameters-manifold.svg. Five minutes of one core. Run: npx tsx --conditions source bench/teacher/run.ts; with --draw the
 * offline transition is drawn as recorded.
 */
import { readFile, writeFile } from "node:fs/promises";
import {
  type CollapsePoint,
  manifoldMoments,
  manifoldStart,
  measureCollapse,
  type OnlinePoint,
  type Overlaps,
  simulateManifoldLearning,
  simulateOnlineLearning,
  solveManifoldLearning,
  solveOnlineLearning,
} from "../../src/bayes/index.ts";
import { drawCollapse, drawOrderParameters, type Figure, serializeFigure } from "../../src/figures/index.ts";
import { loadKernels } from "../../src/kernels/index.ts";
import { createStream } from "../../src/numerics/index.ts";
import { createDocument } from "../../src/report/index.ts";

const folder = new URL("../../docs/figures/", import.meta.url);
const document = await createDocument();
const save = (name: string, figure: Figure): Promise<void> =>
  writeFile(new URL(`${name}.svg`, folder), `${serializeFigure(figure)}\n`);

const runs = 20;
const dimension = 10;
const settings = [
  { units: 2, sizes: [12, 16, 20, 22, 24, 26, 28, 32, 36] },
  { units: 4, sizes: [12, 20, 26, 32, 38, 44, 50, 56] },
  { units: 6, sizes: [12, 20, 30, 36, 42, 48, 54, 60, 66] },
];
const row = (units: number, { examples, interpolating, collapsed, medianError, overlap }: CollapsePoint) => ({
  units,
  parameters: units * (dimension + 1),
  examples,
  runs,
  interpolating,
  collapsed,
  medianError: Number(medianError.toPrecision(3)),
  overlap: Number(overlap.toPrecision(4)),
});
const record = new URL("collapse.json", folder);
const measureRows = async () => {
  const found = [];
  for (const { units, sizes } of settings) {
    const setting = { students: units, teachers: 2, dimension };
    const points = await measureCollapse(setting, sizes, { runs, stream: createStream(1) });
    found.push(...points.map((point) => row(units, point)));
  }
  return found;
};
const rows: ReturnType<typeof row>[] = process.argv.includes("--draw")
  ? JSON.parse(await readFile(record, "utf8"))
  : await measureRows();
await writeFile(record, `${JSON.stringify(rows, null, 1)}\n`);
console.log("| units | parameters | P | fit all | became the teacher | median error | overlap |");
console.log("| --- | --- | --- | --- | --- | --- | --- |");
for (const { units, parameters, examples, interpolating, collapsed, medianError, overlap } of rows) {
  const shares = [interpolating, collapsed].map((share) => `${Math.round(100 * share)} %`);
  console.log(`| ${[units, parameters, examples, ...shares, medianError, overlap].join(" | ")} |`);
}
await save(
  "collapse",
  await drawCollapse(
    {
      caption: `Teacher of 2 units, ${dimension} inputs, students of 2, 4 and 6 units (22, 44, 66 parameters), ${runs} data sets for each point.`,
      series: settings.map(({ units }) => ({
        name: `${units} units`,
        points: rows.filter((one) => one.units === units),
      })),
    },
    { document },
  ),
);

const overlapsOf = (points: readonly OnlinePoint[]) =>
  points.map(({ time, overlaps }) => ({ time, students: overlaps.students, cross: overlaps.cross }));
const grid = (last: number, count: number): number[] =>
  Array.from({ length: count }, (_, i) => (last * i) / (count - 1));
const start: Overlaps = {
  students: [
    [0.2, 0],
    [0, 0.3],
  ],
  cross: [
    [0.01, 0],
    [0, 0.02],
  ],
  teachers: [
    [1, 0],
    [0, 1],
  ],
  readout: [1, 1],
  teacherReadout: [1, 1],
};
const online = simulateOnlineLearning(start, grid(120, 25), {
  rate: 1,
  dimension: 1000,
  stream: createStream(2),
});
await save(
  "order-parameters",
  await drawOrderParameters(
    {
      caption: "Two units learn from two, rate 1, Gaussian inputs; points: one run at input dimension 1000.",
      theory: overlapsOf(solveOnlineLearning(start, grid(120, 121), { rate: 1 })),
      simulated: overlapsOf(online),
    },
    { document },
  ),
);

const algebra = await loadKernels();
const stream = createStream(4);
const draw = (count: number, cols: number, deviation = 1) => {
  const data = new Float64Array(count * cols);
  stream.fillNormal(data, deviation);
  return { rows: count, cols, data };
};
const vectors = {
  students: draw(2, 800, 0.5),
  teachers: draw(2, 80),
  features: draw(80, 800),
  readout: [1, 1],
  teacherReadout: [1, 1],
};
const moments = manifoldMoments("sign");
const options = { rate: 0.5 };
const simulated = simulateManifoldLearning(vectors, grid(60, 16), moments, { ...options, stream }, algebra);
await save(
  "order-parameters-manifold",
  await drawOrderParameters(
    {
      caption:
        "Two units learn from two on a hidden manifold, sign, D / N = 0.1, rate 0.5; points: one run at N = 800 from the same vectors.",
      theory: overlapsOf(
        solveManifoldLearning(manifoldStart(vectors, algebra), grid(60, 61), moments, options),
      ),
      simulated: overlapsOf(simulated),
    },
    { document },
  ),
);
