/**
 * Residual blocks: an Add of two computed values where one branch began at the other, or both at a common fork. The
 * weight layers between fork and sum belong to the block; a nested block wins over the one around it.
 */
import type { LayerRole } from "../build/index.ts";
import { ancestorsOf, type GraphIndex, isConstant, nodeAt } from "./graph-index.ts";
import type { LinearNode } from "./linear-nodes.ts";

/** Where a weight layer stands. */
export interface Membership {
  readonly block: number | null;
  readonly role: LayerRole;
}

/** One residual sum. */
interface Block {
  readonly sum: number;
  /** Nodes between fork and sum on each of the two sides. */
  readonly sides: readonly [ReadonlySet<number>, ReadonlySet<number>];
}

function blockAt(index: GraphIndex, sum: number): Block | null {
  const [a, b] = nodeAt(index, sum).inputs;
  if (a === undefined || b === undefined || a === b) return null;
  if (isConstant(index, a) || isConstant(index, b)) return null;
  const [before, after] = [ancestorsOf(index, a), ancestorsOf(index, b)];
  const only = (mine: ReadonlySet<number>, other: ReadonlySet<number>): Set<number> =>
    new Set([...mine].filter((position) => !other.has(position)));
  return { sum, sides: [only(before, after), only(after, before)] };
}

/** All residual sums, in order. */
function findBlocks(index: GraphIndex): Block[] {
  return index.graph.nodes.flatMap((node, position) => {
    const block = node.op === "Add" && node.domain === "" ? blockAt(index, position) : null;
    return block === null ? [] : [block];
  });
}

/** Block and role of every weight layer. `sums[i]` is the skip Add that layer i leads into, or null. */
export function assignBlocks(
  index: GraphIndex,
  linears: readonly LinearNode[],
  sums: readonly (number | null)[],
): readonly Membership[] {
  const blocks = findBlocks(index).map((block) => ({
    ...block,
    members: linears.map(({ nodes }) => block.sides.findIndex((side) => side.has(nodes[0] as number))),
  }));
  const used = blocks.filter(({ members }) => members.some((side) => side >= 0));
  return linears.map((_, i) => {
    const own = used
      .filter(({ members }) => (members[i] as number) >= 0)
      .sort((p, q) => sizeOf(p.members) - sizeOf(q.members))[0];
    if (own === undefined) return { block: null, role: "plain" };
    const block = used.indexOf(own) + 1;
    const side = own.members[i] as number;
    if (isShortcut(own, side, sums)) return { block, role: "shortcut" };
    return { block, role: sums[i] === own.sum ? "outer" : "inner" };
  });
}

function sizeOf(members: readonly number[]): number {
  return members.filter((side) => side >= 0).length;
}

/**
 * The side with fewer weight layers is the shortcut, when both have some. With one layer on each, it is the one that leads
 * into the sum without an activation when the other one has an activation.
 */
function isShortcut(
  { sum, members }: { readonly sum: number; readonly members: readonly number[] },
  side: number,
  sums: readonly (number | null)[],
): boolean {
  const on = (which: number): number[] => members.flatMap((member, i) => (member === which ? [i] : []));
  const [mine, others] = [on(side), on(1 - side)];
  if (mine.length !== 1 || others.length !== 1) return mine.length < others.length;
  const leadsStraight = ([layer]: readonly number[]): boolean => sums[layer as number] === sum;
  return leadsStraight(mine) && !leadsStraight(others);
}
