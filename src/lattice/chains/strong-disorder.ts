/**
 * The strong-disorder renormalisation group of XX chains (Ma, Dasgupta and Hu, Phys. Rev. Lett. 43, 1434, 1979; Fisher, Phys. Rev. B
 * 50, 3799, 1994): the two spins of the strongest bond form a singlet, and their neighbours are joined by J_left J_right / J. The
 * ground state becomes a set of singlets; each one that an interval cuts adds log 2 to its entanglement (Refael and Moore,
 * Phys. Rev. Lett. 93, 260602, 2004).
 */
import { SpecError } from "../../base/index.ts";
import { requireCouplings } from "./couplings.ts";

/** Pairs of spins. */
export interface SingletState {
  readonly sites: number;
  readonly closed: boolean;
  /** Partner of each site. */
  readonly partner: Uint32Array;
  /** Decimations with a neighbouring bond of the same strength: there the rule is ambiguous and the answer only approximate. */
  readonly ties: number;
}

/** Relative difference of logarithms below which bonds count as equally strong. */
const TIE = 1e-9;

/**
 * Decimates a chain to its singlets; ties are decided from left to right.
 *
 * @param couplings positive; one fewer than sites for an open chain, as many for a closed one; the number of sites is even.
 * @throws SpecError for an odd number of sites or couplings that are not positive.
 * @cost O(sites log sites).
 * @example
 * ```ts
 * import { solveStrongDisorder } from "isinglass/lattice";
 * solveStrongDisorder([0.1, 1, 0.2], false).partner; // => [3, 2, 1, 0]
 * ```
 */
export function solveStrongDisorder(couplings: ArrayLike<number>, closed: boolean): SingletState {
  const sites = couplings.length + (closed ? 0 : 1);
  if (sites % 2 !== 0 || sites < 2)
    throw new SpecError(`strong disorder: received ${sites} sites, expected an even number of at least 2`);
  requireCouplings("strong disorder", couplings);
  // bond k starts at the right of a spin; logarithms, since couplings shrink like exp(-sqrt(sites))
  const strength = Float64Array.from({ length: sites }, (_, i) =>
    i < couplings.length ? Math.log(couplings[i] as number) : Number.NEGATIVE_INFINITY,
  );
  const left = Int32Array.from({ length: sites }, (_, i) => (i === 0 ? sites - 1 : i - 1));
  const right = Int32Array.from({ length: sites }, (_, i) => (i + 1) % sites);
  const partner = new Uint32Array(sites);
  const heap = new BondHeap(strength);
  for (let i = 0; i < sites; i++) heap.push(i, strength[i] as number);
  let ties = 0;
  for (let pairs = 0; pairs < sites / 2; pairs++) {
    const i = heap.pop();
    const j = right[i] as number;
    partner[i] = j;
    partner[j] = i;
    const before = left[i] as number;
    const after = right[j] as number;
    const J = strength[i] as number;
    const near = [strength[before] as number, strength[j] as number];
    if (near.some((other) => Math.abs(other - J) <= TIE * (1 + Math.abs(J)))) ties++;
    strength[i] = Number.NaN;
    strength[j] = Number.NaN;
    if (before === j) break;
    right[before] = after;
    left[after] = before;
    // an open end has no bond: its logarithm is -infinity and stays so
    strength[before] = J === Number.NEGATIVE_INFINITY ? J : (near[0] as number) + (near[1] as number) - J;
    heap.push(before, strength[before] as number);
  }
  return { sites, closed, partner, ties };
}

/**
 * Mean entanglement entropy of intervals of the given length in a state of singlets, over all positions: log 2 times the mean number
 * of singlets with one end inside. Edges of open chains count as if the chain went on.
 *
 * @throws SpecError for a length below 1 or above half of the chain.
 * @cost O(sites).
 * @example
 * ```ts
 * import { singletEntropy, solveStrongDisorder } from "isinglass/lattice";
 * singletEntropy(solveStrongDisorder([1, 0.1, 1, 0.1], true), 2); // => 0.693147
 * ```
 */
export function singletEntropy({ sites, partner }: SingletState, length: number): number {
  if (!Number.isInteger(length) || length < 1 || length > sites / 2)
    throw new SpecError(
      `strong disorder: received a length of ${length}, expected an integer from 1 to ${sites / 2}`,
    );
  let cuts = 0;
  for (let i = 0; i < sites; i++) {
    const gap = Math.abs((partner[i] as number) - i);
    // of the positions of an interval, 2 min(gap, length) have exactly one end of the pair inside; both ends count it
    cuts += Math.min(gap, sites - gap, length);
  }
  return (Math.LN2 * cuts) / sites;
}

/** Bonds by strength, strongest first; entries whose strength changed since are skipped. */
class BondHeap {
  private readonly current: Float64Array;
  private readonly bonds: number[] = [];
  private readonly keys: number[] = [];

  constructor(current: Float64Array) {
    this.current = current;
  }

  push(bond: number, key: number): void {
    let at = this.bonds.length;
    this.bonds.push(bond);
    this.keys.push(key);
    while (at > 0) {
      const above = (at - 1) >> 1;
      if (!this.isBefore(at, above)) break;
      this.swap(at, above);
      at = above;
    }
  }

  pop(): number {
    for (;;) {
      const bond = this.bonds[0];
      const key = this.keys[0] as number;
      if (bond === undefined) throw new Error("internal: no bond is left to decimate");
      this.removeTop();
      if (this.current[bond] === key) return bond;
    }
  }

  private removeTop(): void {
    const last = this.bonds.length - 1;
    this.swap(0, last);
    this.bonds.pop();
    this.keys.pop();
    let at = 0;
    for (;;) {
      const child = 2 * at + 1;
      if (child >= last) return;
      const best = child + 1 < last && this.isBefore(child + 1, child) ? child + 1 : child;
      if (!this.isBefore(best, at)) return;
      this.swap(best, at);
      at = best;
    }
  }

  private isBefore(a: number, b: number): boolean {
    const [x, y] = [this.keys[a] as number, this.keys[b] as number];
    return x > y || (x === y && (this.bonds[a] as number) < (this.bonds[b] as number));
  }

  private swap(a: number, b: number): void {
    const [bond, key] = [this.bonds[a] as number, this.keys[a] as number];
    this.bonds[a] = this.bonds[b] as number;
    this.keys[a] = this.keys[b] as number;
    this.bonds[b] = bond;
    this.keys[b] = key;
  }
}
