/** Relators of regular maps, as people write them. */
import { SpecError } from "../../base/index.ts";
import type { Word } from "./cosets.ts";

/**
 * Reads "(Rs)^4", "R S^2 r": R is generator 0, S generator 1, r and s their inverses; brackets, powers (negative ones invert).
 *
 * @throws SpecError where it cannot be read.
 */
export function readRelator(text: string): Word {
  const tokens = text.replace(/\s+/g, "").match(/[RrSs()]|\^-?\d+|./g) ?? [];
  let at = 0;
  const sequence = (): number[] => {
    const word: number[] = [];
    while (at < tokens.length && tokens[at] !== ")") word.push(...factor());
    return word;
  };
  const factor = (): number[] => {
    const token = tokens[at++] as string;
    let word: number[];
    if (token === "(") {
      word = sequence();
      if (tokens[at++] !== ")") throw unreadable(text, "a closing bracket");
    } else {
      const letter = "RSrs".indexOf(token);
      if (letter < 0 || token.length !== 1)
        throw unreadable(text, `R, S, r, s, brackets and powers, not "${token}"`);
      word = [letter < 2 ? letter : ~(letter - 2)];
    }
    const power = /^\^(-?\d+)$/.exec(tokens[at] ?? "");
    if (power === null) return word;
    at++;
    const times = Number(power[1]);
    const base = times < 0 ? word.map((x) => ~x).reverse() : word;
    return Array.from({ length: Math.abs(times) }, () => base).flat();
  };
  const word = sequence();
  if (at < tokens.length || word.length === 0) throw unreadable(text, "a word such as (Rs)^4");
  return word;
}

function unreadable(text: string, expected: string): SpecError {
  return new SpecError(`relator: received "${text}", expected ${expected}`, {
    hint: 'for example "(RsrS)^4"',
    data: { received: text },
  });
}
