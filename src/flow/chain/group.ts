/**
 * Groups segments into blocks: a weight layer with the normalisation and activation that follow it, a pooling layer, a
 * rearrangement, a residual or attention block. What stands before the first of these (token embeddings, a scaling of
 * the data) is the entry or belongs to the first block.
 */
import { isFloat, type ValueInfo } from "../../engine/index.ts";
import { cutGraph, type Segment } from "./cuts.ts";
import { exampleShape, type FrozenGraph } from "./frozen.ts";
import { listed, noChain } from "./refuse.ts";
import { identities, isIdentity, type Role, roleOf } from "./roles.ts";

/** Neighbouring segments that make one block. */
export interface Span {
  readonly role: Role;
  /** The segment that gives the block its role. */
  readonly head: Segment;
  readonly segments: readonly Segment[];
}

/** A graph in blocks. */
export interface GroupedGraph {
  /** Turns tokens into the first float value; empty for real inputs. */
  readonly entry: readonly Segment[];
  readonly spans: readonly Span[];
}

interface Draft {
  role: Role;
  head: Segment;
  segments: Segment[];
}

/** Cuts and groups a graph. */
export function groupSegments(frozen: FrozenGraph): GroupedGraph {
  const segments = joinDetours(frozen, cutGraph(frozen));
  const entry = entryOf(frozen, segments);
  const drafts: Draft[] = [];
  let pending: Segment[] = [];
  for (const segment of segments.slice(entry.length)) {
    const role = roleOf(frozen, segment);
    const current = drafts.at(-1);
    if (current !== undefined && pending.length === 0 && joins(frozen, current, role, segment)) {
      current.segments.push(segment);
    } else if (role === "padding" || role === "follower") {
      pending.push(segment);
    } else if (role === "rearrangement" && !pending.every((part) => isShift(frozen, part))) {
      drafts.push({ role: "follower", head: pending[0] as Segment, segments: pending });
      drafts.push({ role, head: segment, segments: [segment] });
      pending = [];
    } else {
      drafts.push({ role, head: segment, segments: [...pending, segment] });
      pending = [];
    }
  }
  const [head] = pending;
  if (head !== undefined) drafts.push({ role: "follower", head, segments: pending });
  return { entry, spans: drafts };
}

/**
 * Makes one segment of a detour: elements are moved, something happens to them, and they are moved back, as in the
 * normalisation of channels that exporters put between two transpositions.
 */
function joinDetours(frozen: FrozenGraph, segments: readonly Segment[]): readonly Segment[] {
  const joined: Segment[] = [];
  for (let at = 0; at < segments.length; at++) {
    const first = segments[at] as Segment;
    const length = detourLength(frozen, segments, at);
    const parts = segments.slice(at, at + length);
    joined.push({
      input: first.input,
      output: (parts.at(-1) as Segment).output,
      nodes: parts.flatMap(({ nodes }) => nodes),
      breadth: Math.max(...parts.map(({ breadth }) => breadth)),
    });
    at += length - 1;
  }
  return joined;
}

/** Number of segments of the detour that begins at a position; 1 when none does. */
function detourLength(frozen: FrozenGraph, segments: readonly Segment[], start: number): number {
  const first = segments[start] as Segment;
  if (roleOf(frozen, first) !== "rearrangement") return 1;
  const shape = `${exampleShape(frozen, first.input)}`;
  for (let at = start + 1; at < segments.length; at++) {
    const segment = segments[at] as Segment;
    const role = roleOf(frozen, segment);
    if (role !== "rearrangement" && role !== "follower") return 1;
    const isBack = role === "rearrangement" && `${exampleShape(frozen, segment.output)}` === shape;
    if (isBack) return at - start + 1;
  }
  return 1;
}

/** Whether a segment belongs to the block before it. */
function joins(frozen: FrozenGraph, current: Draft, role: Role, segment: Segment): boolean {
  if (isIdentity(frozen, segment)) return true;
  if (current.role === "rearrangement") return role === "rearrangement" || isShift(frozen, segment);
  return role === "follower";
}

/** Whether a segment only adds a constant, such as a position embedding. */
function isShift({ constants }: FrozenGraph, { nodes }: Segment): boolean {
  return nodes.every(({ node }) => {
    if (identities.has(node.op)) return true;
    return node.op === "Add" && node.inputs.some((name) => constants.has(name));
  });
}

/** Segments from integer tokens to the first real value, with what is added to it. */
function entryOf(frozen: FrozenGraph, segments: readonly Segment[]): readonly Segment[] {
  const { input, values, name } = frozen;
  if (isFloat(input.dtype)) return [];
  const first = segments.findIndex(({ output }) => isFloat((values.get(output) as ValueInfo).dtype));
  const rest = segments.slice(first + 1);
  const following = rest.findIndex((segment) => roleOf(frozen, segment) !== "follower");
  if (first < 0 || following < 0) {
    const inner = frozen.nodes.filter(({ node }) => node.op === "Gather").map(({ node }) => node.name);
    throw noChain(
      name,
      `input ${input.name} is ${input.dtype} and no layer follows from one embedding of it (${listed(inner)})`,
      inner,
      "Export the part of the model that begins at the embedding's output.",
    );
  }
  return segments.slice(0, first + 1 + following);
}
