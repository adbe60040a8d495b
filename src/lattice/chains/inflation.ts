/**
 * The boundary of a hyperbolic tiling as an aperiodic sequence: laying one more vertex layer round a patch of {p,q} replaces
 * each boundary vertex by a word of new ones. Letters are vertices with two neighbours inside the patch (a) and three (b). After
 * Boyle, Dickens and Flicker (Phys. Rev. X 10, 011009, 2020) and Basteiro et al. (SciPost Phys. 13, 103, 2022).
 */
import { BudgetError, SpecError } from "../../base/index.ts";
import { requireHyperbolic } from "../tiling/index.ts";

/** Words that replace the letters of a boundary. */
export interface InflationRule {
  readonly p: number;
  readonly q: number;
  readonly a: string;
  readonly b: string;
  /** Rows: letters a and b in the word of a, then in the word of b; determinant 1, trace (p-2)(q-2) - 2. */
  readonly matrix: readonly [readonly [number, number], readonly [number, number]];
  /** Larger eigenvalue of the matrix: growth of the layers. */
  readonly growth: number;
}

/**
 * The inflation rule of {p,q}: a -> a^(p-4) b (a^(p-3) b)^(q-3), b -> a^(p-4) b (a^(p-3) b)^(q-4).
 *
 * @throws SpecError when {p,q} is not hyperbolic, or p or q is 3: a new layer then merges vertices that letters keep apart.
 * @example
 * ```ts
 * import { inflationRule } from "isinglass/lattice";
 * inflationRule(5, 4).a; // => "abaab"
 * ```
 */
export function inflationRule(p: number, q: number): InflationRule {
  requireHyperbolic(p, q);
  if (p < 4 || q < 4)
    throw new SpecError(
      `inflation of {${p},${q}}: received ${p < 4 ? `p = ${p}` : `q = ${q}`}, expected p and q of at least 4`,
      { hint: "for example {5,4} or {4,5}" },
    );
  const a = `${"a".repeat(p - 4)}b${`${"a".repeat(p - 3)}b`.repeat(q - 3)}`;
  const b = `${"a".repeat(p - 4)}b${`${"a".repeat(p - 3)}b`.repeat(q - 4)}`;
  const trace = (p - 2) * (q - 2) - 2;
  return {
    p,
    q,
    a,
    b,
    matrix: [
      [countLetters(a).a, countLetters(a).b],
      [countLetters(b).a, countLetters(b).b],
    ],
    growth: (trace + Math.sqrt(trace * trace - 4)) / 2,
  };
}

/** How often each letter occurs in a word. */
export function countLetters(word: string): { readonly a: number; readonly b: number } {
  let a = 0;
  for (const letter of word) if (letter === "a") a++;
  return { a, b: word.length - a };
}

/** Longest word that is built. */
const MAX_LETTERS = 2 ** 24;

/**
 * Replaces every letter of a word, several times.
 *
 * @throws SpecError for letters other than a and b or a number of steps that is no integer of at least 0; BudgetError above 2^24 letters.
 * @example
 * ```ts
 * import { inflate, inflationRule } from "isinglass/lattice";
 * inflate(inflationRule(5, 4), "ab", 1); // => "abaabab"
 * ```
 */
export function inflate(rule: InflationRule, word: string, steps: number): string {
  if (!/^[ab]+$/.test(word))
    throw new SpecError(`inflation: received the word "${word}", expected letters a and b`);
  if (!Number.isInteger(steps) || steps < 0)
    throw new SpecError(`inflation: received ${steps} steps, expected an integer of at least 0`);
  let { a, b } = countLetters(word);
  const [ofA, ofB] = rule.matrix;
  for (let k = 0; k < steps; k++) {
    [a, b] = [a * ofA[0] + b * ofB[0], a * ofA[1] + b * ofB[1]];
    if (a + b > MAX_LETTERS)
      throw new BudgetError(`inflation: ${steps} steps give more than ${MAX_LETTERS} letters`, {
        hint: `use at most ${k} steps`,
        data: { steps: k, letters: a + b },
      });
  }
  let out = word;
  for (let k = 0; k < steps; k++)
    out = out.replaceAll(/[ab]/g, (letter) => (letter === "a" ? rule.a : rule.b));
  return out;
}

/**
 * The boundary of `layers` vertex layers of {p,q} round a cell as a cyclic word: the p corners of the cell, inflated.
 *
 * @example
 * ```ts
 * import { boundaryWord } from "isinglass/lattice";
 * boundaryWord(5, 4, 2).length; // => 25
 * ```
 */
export function boundaryWord(p: number, q: number, layers: number): string {
  if (!Number.isInteger(layers) || layers < 1)
    throw new SpecError(
      `boundary of {${p},${q}}: received ${layers} layers, expected an integer of at least 1`,
    );
  return inflate(inflationRule(p, q), "a".repeat(p), layers - 1);
}
