/**
 * What the transfer solution remembers of the triangles behind the frontier, and how one more triangle changes it.
 * A state is a text: one character for each frontier triangle, 2 x cluster + spin with cluster 0 connected to the outside, and a
 * last one that is 1 when the up cluster is finished.
 */
import type { SweepStep } from "./frontier.ts";

/** Nothing added yet. */
export const START = "\0";
const OUTSIDE = 0;

/** Adds a triangle; null where the result can become no region. `walls` counts the edges of the wall that it adds. */
export function extend(
  state: string,
  isUp: 0 | 1,
  { near, outside, leaving }: SweepStep,
): { state: string; walls: number } | null {
  const size = state.length - 1;
  let isFinished = state.charCodeAt(size) === 1;
  if (isUp === 1 && isFinished) return null;
  const codes: number[] = [];
  let fresh = 0;
  for (let i = 0; i < size; i++) {
    const code = state.charCodeAt(i);
    codes.push(code);
    fresh = Math.max(fresh, code >> 1);
  }
  // the new triangle starts a cluster, and joins those of its like neighbours
  let own = 2 * (fresh + 1) + isUp;
  codes.push(own);
  let walls = isUp === 1 ? outside : 0;
  if (isUp === 0 && outside > 0) {
    codes[size] = OUTSIDE;
    own = OUTSIDE;
  }
  for (const at of near) {
    const other = codes[at] as number;
    if ((other & 1) !== isUp) walls++;
    else if (other !== own) {
      const [kept, lost] = other < own ? [other, own] : [own, other];
      for (let i = 0; i <= size; i++) if (codes[i] === lost) codes[i] = kept;
      own = kept;
    }
  }
  const rest = codes.filter((_, i) => !leaving.includes(i));
  const closed = new Set(leaving.map((at) => codes[at] as number).filter((code) => !rest.includes(code)));
  closed.delete(OUTSIDE);
  if (closed.size > 0) {
    const [code, ...others] = closed;
    // a hole, two regions, or another region still growing
    if (((code as number) & 1) === 0 || others.length > 0 || isFinished || rest.some(isOdd)) return null;
    isFinished = true;
  }
  if (rest.length === 0 && !isFinished) return null;
  return { state: canonical(rest) + (isFinished ? "\x01" : "\0"), walls };
}

function isOdd(code: number): boolean {
  return (code & 1) === 1;
}

/** Clusters numbered by first appearance. */
function canonical(codes: readonly number[]): string {
  const names = new Map<number, number>([[OUTSIDE, OUTSIDE]]);
  let text = "";
  for (const code of codes) {
    let name = names.get(code);
    if (name === undefined) {
      name = 2 * names.size + (code & 1);
      names.set(code, name);
    }
    text += String.fromCharCode(name);
  }
  return text;
}
