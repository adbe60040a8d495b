/** Nearest known word to a mistyped one, by Damerau-Levenshtein distance (Damerau 1964), for "did you mean" hints. */

/**
 * Number of insertions, deletions, replacements and swaps of neighbours that turn `a` into `b`; O(|a| |b|).
 *
 * @example
 * editDistance("critcal", "critical"); // => 1
 */
export function editDistance(a: string, b: string): number {
  const width = b.length + 1;
  const table = new Uint16Array((a.length + 1) * width);
  for (let j = 0; j < width; j++) table[j] = j;
  for (let i = 1; i <= a.length; i++) {
    table[i * width] = i;
    for (let j = 1; j < width; j++) {
      const replaced = (table[(i - 1) * width + j - 1] as number) + (a[i - 1] === b[j - 1] ? 0 : 1);
      const removed = (table[(i - 1) * width + j] as number) + 1;
      const inserted = (table[i * width + j - 1] as number) + 1;
      let best = Math.min(replaced, removed, inserted);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        best = Math.min(best, (table[(i - 2) * width + j - 2] as number) + 1);
      }
      table[i * width + j] = best;
    }
  }
  return table[a.length * width + b.length] as number;
}

/**
 * The word of `known` that was probably meant: one that begins with `word`, else the nearest one; null when nothing is near
 * (more than about a third of the letters differ).
 *
 * @example
 * nearestWord("sgmoid", ["tanh", "sigmoid"]); // => "sigmoid"
 */
export function nearestWord(word: string, known: Iterable<string>): string | null {
  let best: string | null = null;
  let bestDistance = Math.max(1, Math.floor(word.length / 2.5)) + 1;
  for (const candidate of known) {
    const isPrefix = word.length >= 2 && candidate.toLowerCase().startsWith(word.toLowerCase());
    const distance = isPrefix ? PREFIX : editDistance(word.toLowerCase(), candidate.toLowerCase());
    if (distance < bestDistance) {
      best = candidate;
      bestDistance = distance;
    }
  }
  return best;
}

/** A beginning of a word counts as less than one mistake. */
const PREFIX = 0.5;
