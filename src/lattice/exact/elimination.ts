/**
 * Elimination order of a sparse symmetric pattern by minimum degree on a quotient graph (George and Liu, SIAM Review 31, 1,
 * 1989; the degree is the upper bound of Amestoy, Davis and Duff, 1996). On hyperbolic patches, which fall apart when a few
 * bonds are cut, fronts stay as small as the logarithm of the size.
 */

/** What is eliminated when, and with whom. */
export interface EliminationPlan {
  readonly order: Uint32Array;
  /** fronts[step]: the variables coupled to order[step] at its turn, itself not included. */
  readonly fronts: readonly Uint32Array[];
  /** absorbed[step]: earlier steps whose update matrices are added at this step. */
  readonly absorbed: readonly Uint32Array[];
  /** Sum of squares of front sizes: proportional to the cost. */
  readonly work: number;
}

/** Plans the elimination of variables 0 .. n-1 with the given neighbour lists (symmetric, without self). */
export function planElimination(adjacency: readonly (readonly number[])[]): EliminationPlan {
  const n = adjacency.length;
  const variables: Set<number>[] = adjacency.map((row) => new Set(row));
  const elements: Set<number>[] = adjacency.map(() => new Set());
  const members: Uint32Array[] = [];
  const stepOf = new Int32Array(n).fill(-1);
  const degree = Int32Array.from(adjacency, (row) => row.length);
  const buckets: number[][] = [];
  const push = (i: number): void => {
    const d = degree[i] as number;
    while (buckets.length <= d) buckets.push([]);
    (buckets[d] as number[]).push(i);
  };
  for (let i = n - 1; i >= 0; i--) push(i);
  const order = new Uint32Array(n);
  const absorbed: Uint32Array[] = [];
  let least = 0;
  let work = 0;
  for (let step = 0; step < n; step++) {
    let pivot = -1;
    while (pivot < 0) {
      const candidate = buckets[least]?.pop();
      if (candidate === undefined) least++;
      else if (stepOf[candidate] === -1 && degree[candidate] === least) pivot = candidate;
    }
    stepOf[pivot] = step;
    order[step] = pivot;
    const front = new Set(variables[pivot]);
    const old = elements[pivot] as Set<number>;
    for (const e of old) for (const i of members[e] as Uint32Array) front.add(i);
    front.delete(pivot);
    const list = Uint32Array.from(front);
    members.push(list);
    absorbed.push(Uint32Array.from(old));
    work += (list.length + 1) ** 2;
    for (const i of list) {
      const own = variables[i] as Set<number>;
      own.delete(pivot);
      for (const j of own) if (front.has(j)) own.delete(j);
      const near = elements[i] as Set<number>;
      for (const e of old) near.delete(e);
      near.add(step);
      let bound = own.size;
      for (const e of near) bound += (members[e] as Uint32Array).length - 1;
      degree[i] = Math.min(bound, n - step - 2);
      push(i);
      least = Math.min(least, degree[i] as number);
    }
  }
  return { order, fronts: members, absorbed, work };
}
