/**
 * Reads one item of an architecture: `300x50`, `784~10x20`, `c64k5/2x3`, `t64/2`, `max2`, `avg5`, `gap`, `b64/2x8`,
 * `y300x100`, `128x7x7`. docs/specs.md is the table of all forms.
 */
import type { LayerSpec } from "./types.ts";
import { failAt, type Word } from "./words.ts";

/** Default kernel sizes: 3x3 for convolutions and blocks (Simonyan and Zisserman 2015), 4x4 for upsampling (Radford et al. 2016). */
const convolutionKernel = 3;
const transposedKernel = 4;
const largest = 1_000_000;

interface Form {
  readonly pattern: RegExp;
  read(groups: Readonly<Record<string, string | undefined>>, fail: (expected: string) => never): LayerSpec[];
}

function positive(text: string | undefined, fallback: number, fail: (expected: string) => never): number {
  const value = text === undefined ? fallback : Number(text);
  if (value < 1 || value > largest) fail(`numbers between 1 and ${largest}`);
  return value;
}

/** Widths of `a~bxN`: N widths from a to b in equal steps, rounded up. */
function linearWidths(from: number, to: number, count: number): number[] {
  return Array.from({ length: count }, (_, k) =>
    count === 1 ? to : Math.ceil(from + ((to - from) * k) / (count - 1) - 1e-9),
  );
}

const convolution =
  /^(?<letter>[ctb])(?<width>\d+)(?:k(?<kernel>\d+))?(?:\/(?<stride>\d+))?(?:x(?<repeat>\d+))?$/;

const forms: readonly Form[] = [
  {
    pattern: /^(?<width>\d+)(?:x(?<repeat>\d+))?$/,
    read: ({ width, repeat }, fail) => [
      { type: "dense", width: positive(width, 1, fail), repeat: positive(repeat, 1, fail) },
    ],
  },
  {
    pattern: /^(?<from>\d+)~(?<to>\d+)x(?<count>\d+)$/,
    read: ({ from, to, count }, fail) => {
      const widths = linearWidths(positive(from, 1, fail), positive(to, 1, fail), positive(count, 1, fail));
      return widths.map((width) => ({ type: "dense", width, repeat: 1 }));
    },
  },
  {
    pattern: /^(?<channels>\d+)x(?<height>\d+)x(?<width>\d+)$/,
    read: ({ channels, height, width }, fail) => {
      const shape = [
        positive(channels, 1, fail),
        positive(height, 1, fail),
        positive(width, 1, fail),
      ] as const;
      return [{ type: "image", shape }];
    },
  },
  {
    pattern: convolution,
    read: ({ letter, width, kernel, stride, repeat }, fail) => {
      const fallback = letter === "t" ? transposedKernel : convolutionKernel;
      const common = {
        kernel: positive(kernel, fallback, fail),
        stride: positive(stride, letter === "t" ? 2 : 1, fail),
        repeat: positive(repeat, 1, fail),
      };
      const size = positive(width, 1, fail);
      if (letter === "b") return [{ type: "residual", width: size, ...common }];
      return [{ type: letter === "c" ? "conv" : "conv-transpose", channels: size, ...common }];
    },
  },
  {
    pattern: /^y(?<width>\d+)(?:x(?<repeat>\d+))?$/,
    read: ({ width, repeat }, fail) => [
      { type: "full-residual", width: positive(width, 1, fail), repeat: positive(repeat, 1, fail) },
    ],
  },
  {
    pattern: /^(?<method>max|avg)(?<size>\d+)$/,
    read: ({ method, size }, fail) => [
      { type: "pool", method: method === "max" ? "max" : "average", size: positive(size, 2, fail) },
    ],
  },
  { pattern: /^gap$/, read: () => [{ type: "pool", method: "global", size: 1 }] },
];

const expected =
  "a width (300, 300x50, 784~10x20), conv c64k3/2x4, transposed t64/2, block b64x8 or y300x8, pool max2, avg5, gap, or an image 128x7x7";

/** The layers one item stands for. */
export function parseItem(source: string, word: Word): LayerSpec[] {
  const fail = (wanted: string): never => failAt(source, word, wanted);
  for (const form of forms) {
    const match = form.pattern.exec(word.text);
    if (match !== null) return form.read(match.groups ?? {}, fail);
  }
  return fail(expected);
}
