/**
 * Draws docs/figures/jets.png, the histograms of the 16 observables by class:
 *   node --import tsx -C source datasets/jets/figure.ts
 */
import { writeFileSync } from "node:fs";
import { JET_CLASSES, JET_FEATURES, loadDataset } from "../../src/data/index.ts";
import { drawClassHistograms, type HistogramPanel, serializeFigure } from "../../src/figures/index.ts";
import { createDocument, rasterize } from "../../src/report/index.ts";

const BINS = 40;
const { train } = await loadDataset("jets");
const size = JET_FEATURES.length;

const panels = JET_FEATURES.map((name, k): HistogramPanel => {
  const values = Array.from({ length: train.count }, (_, i) => train.inputs[i * size + k] as number);
  const sorted = [...values].sort((a, b) => a - b);
  const [low, high] = [0.002, 0.995].map((share) => sorted[Math.floor(share * sorted.length)] as number);
  const edges = Array.from({ length: BINS + 1 }, (_, i) => low + ((high - low) * i) / BINS);
  const shares = JET_CLASSES.map(() => new Array<number>(BINS).fill(0));
  values.forEach((value, i) => {
    const bin = Math.floor(((value - low) / (high - low)) * BINS);
    const counts = shares[train.labels?.[i] as number] as number[];
    if (bin >= 0 && bin < BINS) counts[bin] = (counts[bin] as number) + JET_CLASSES.length / train.count;
  });
  return { name, edges, shares };
});

const figure = await drawClassHistograms(
  {
    title: "Observables of simulated jets",
    caption: "Shares of 40,000 jets in 40 bins; the range is below each panel.",
    classes: JET_CLASSES,
    panels,
  },
  { document: await createDocument(), width: 900 },
);
writeFileSync("docs/figures/jets.png", await rasterize(serializeFigure(figure)));
