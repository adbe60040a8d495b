/** Nearest known word to a mistyped one, by edit distance (Levenshtein 1966, with swaps of neighbours). */

/**
 * Number of insertions, deletions, substitutions and swaps of neighbours between two words; O(|a| |b|).
 *
 * @example
 * editDistance("critcal", "critical"); // => 1
 */
export function editDistance(a: string, b: string): number {
  const rows = Array.from({ length: a.length + 1 }, (_, i) => {
    const row = new Array<number>(b.length + 1).fill(0);
    row[0] = i;
    return row;
  });
  const at = (i: number, j: number): number => rows[i]?.[j] as number;
  for (let j = 0; j <= b.length; j++) (rows[0] as number[])[j] = j;
  for (let i = 1; i <= a.length; i++) {
    for (let j = 1; j <= b.length; j++) {
      const substitution = at(i - 1, j - 1) + (a[i - 1] === b[j - 1] ? 0 : 1);
      let best = Math.min(at(i - 1, j) + 1, at(i, j - 1) + 1, substitution);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        best = Math.min(best, at(i - 2, j - 2) + 1);
      }
      (rows[i] as number[])[j] = best;
    }
  }
  return at(a.length, b.length);
}

/**
 * The known word that was probably meant, or null when none is near (more than a third of the letters differ).
 *
 * @example
 * suggest("dignose", ["diagnose", "critical"]); // => "diagnose"
 */
export function suggest(word: string, known: readonly string[]): string | null {
  let best: string | null = null;
  let bestDistance = Number.POSITIVE_INFINITY;
  for (const candidate of known) {
    const distance = editDistance(word.toLowerCase(), candidate.toLowerCase());
    const isPrefix = word.length >= 2 && candidate.startsWith(word);
    const allowed = isPrefix ? Number.POSITIVE_INFINITY : Math.max(1, Math.floor(candidate.length / 3));
    const rank = isPrefix ? 0.5 : distance;
    if (distance <= allowed && rank < bestDistance) {
      best = candidate;
      bestDistance = rank;
    }
  }
  return best;
}
