/**
 * Simulated jets of the Large Hadron Collider: 50,000 jets of about 1 TeV in five classes (quark, gluon, W, Z, top), as 16
 * substructure observables (the set of hls4ml: Coleman et al. 2018, Duarte et al. 2018) or as 32 x 32 images of their
 * momentum. The file is part of this package; datasets/jets tells how it was made (Pythia 8, FastJet) and makes it again.
 */
import { platform } from "#platform";
import { FormatError } from "../base/index.ts";
import type { NumericArray } from "./array.ts";
import { readNpz } from "./npz.ts";
import type { RawExamples } from "./raw.ts";

/** The classes of the jets, in the order of their labels. */
export const JET_CLASSES: readonly string[] = ["quark", "gluon", "W", "Z", "top"];

/** The observables of the jets, in the order of their columns; definitions in docs/data/jets.md. */
export const JET_FEATURES: readonly string[] = [
  "zlogz",
  "c1_b0",
  "c1_b1",
  "c1_b2",
  "c2_b1",
  "c2_b2",
  "d2_b1",
  "d2_b2",
  "d2_a1_b1",
  "d2_a1_b2",
  "m2_b1",
  "m2_b2",
  "n2_b1",
  "n2_b2",
  "mass_mmdt",
  "multiplicity",
];

/** Where the file is inside this package. */
const FILE = "isinglass/datasets/jets.npz";
const COUNTS = { train: 40_000, test: 10_000 } as const;
const SIDE = 32;

/** Reads the features ("jets") or the images ("jets-images") with the split of the file. */
export async function readJets(
  name: "jets" | "jets-images",
  wantsTest: boolean,
): Promise<{ train: RawExamples; test: RawExamples | null }> {
  const location = platform.findPackageFile(FILE);
  if (location === null) {
    throw new FormatError(`${name}: the file ${FILE} is not there`, {
      hint:
        platform.kind === "browser"
          ? "In a browser, give the file itself."
          : "Install isinglass again, or run datasets/jets/generate.py.",
    });
  }
  const bytes = await platform.readFile(location);
  const train = readPart(name, "train", bytes);
  return { train, test: wantsTest ? readPart(name, "test", bytes) : null };
}

function readPart(name: "jets" | "jets-images", part: "train" | "test", bytes: Uint8Array): RawExamples {
  const isImage = name === "jets-images";
  const [inputsName, labelsName] = [isImage ? `images_${part}` : `x_${part}`, `y_${part}`];
  const arrays = readNpz(bytes, FILE, [inputsName, labelsName]);
  const inputs = arrays.get(inputsName) as NumericArray;
  const labels = arrays.get(labelsName) as NumericArray;
  const count = COUNTS[part];
  const shape = isImage ? [1, SIDE, SIDE] : [JET_FEATURES.length];
  const stored = isImage ? [SIDE, SIDE] : shape;
  if (`${inputs.shape}` !== `${[count, ...stored]}` || `${labels.shape}` !== `${count}`) {
    throw new FormatError(
      `${FILE}: ${inputsName} [${inputs.shape}] and ${labelsName} [${labels.shape}], expected ${count} of [${stored}]`,
      { hint: "Install isinglass again, or run datasets/jets/generate.py." },
    );
  }
  const kind = isImage
    ? "images of 32 x 32 pixels, each the square root of its share of momentum"
    : `${JET_FEATURES.length} substructure observables`;
  return {
    name,
    values: inputs.data,
    labels: labels.data as Uint8Array,
    count,
    shape,
    classes: JET_CLASSES.length,
    scale: isImage ? 1 / 255 : 1,
    provenance: [
      `simulated jets, ${part} part: ${count} jets of about 1 TeV (Pythia 8.317, FastJet 3.5), ${kind}; classes ${JET_CLASSES.join(", ")}`,
    ],
  };
}
