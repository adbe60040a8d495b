/** A spanning tree of a patch, read off the order of its rows: the owner of each cell, which coordinates are derived along. */

/** The rows of a patch and where its layers begin. */
export interface LayeredRows {
  readonly p: number;
  readonly layerStart: readonly number[];
  readonly offsets: Uint32Array;
  readonly neighbours: Uint32Array;
}

/** Parents of all cells. */
export interface SpanningTree {
  /** An inner neighbour, or the previous cell of the layer; the root is its own parent. */
  readonly parent: Uint32Array;
  /** parentEdges[c] = e * p + f: the step leaves through the parent's edge e and the cell's edge f. */
  readonly parentEdges: Uint16Array;
}

/**
 * The owner of a cell is the first it was laid on, the last entry of its row; a cell that touches the layer before in a vertex
 * only follows the previous cell of its layer. Cost O(cells p).
 */
export function spanTree({ p, layerStart, offsets, neighbours }: LayeredRows): SpanningTree {
  const cells = layerStart.at(-1) as number;
  const lastLayer = layerStart.at(-2) as number;
  const parent = new Uint32Array(cells);
  const parentEdges = new Uint16Array(cells);
  for (let j = 0; j + 1 < layerStart.length; j++) {
    const from = layerStart[j] as number;
    const end = layerStart[j + 1] as number;
    for (let c = from === 0 ? 1 : from; c < end; c++) {
      const rowEnd = offsets[c + 1] as number;
      const inner = neighbours[rowEnd - 1] as number;
      const isLaid = inner < from;
      const above = isLaid ? inner : c - 1;
      parent[c] = above;
      const row = offsets[above] as number;
      let edge = 0;
      // only a complete row stands in the order of edges; a cell of the last layer shows the next one before those it covers
      if (above < lastLayer) while (neighbours[row + edge] !== c) edge++;
      else edge = p + 1 - ((offsets[above + 1] as number) - row);
      parentEdges[c] = edge * p + (isLaid ? p - 1 : 0);
    }
  }
  return { parent, parentEdges };
}
