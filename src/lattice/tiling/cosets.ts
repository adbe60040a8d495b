/**
 * Coset enumeration (Todd and Coxeter 1936; the strategy of Haselgrove, Leech and Trotter): the multiplication table of a finite
 * group from generators and relators. Coincidences are merged as they are found.
 */
import { BudgetError } from "../../base/index.ts";

/** A word: generator numbers, ~g (that is -g - 1) for the inverse of g. */
export type Word = readonly number[];

/** The group acting on the cosets: images[g][c] is coset c times generator g. */
export interface CosetTable {
  readonly cosets: number;
  readonly images: readonly Uint32Array[];
}

/** Options of `enumerateCosets`. */
export interface CosetOptions {
  /** Words that generate the subgroup whose cosets are counted; default the trivial one, so that cosets are elements. */
  readonly subgroup?: readonly Word[];
  /** Give up after this many rows. Default 2^20. */
  readonly maxRows?: number;
}

/**
 * Enumerates the cosets of a subgroup of a finitely presented group.
 *
 * @throws BudgetError when the table exceeds `maxRows`: the group may be infinite, or the budget too small.
 * @cost at least O(cosets * total length of the relators); no bound is known in advance.
 * @example
 * ```ts
 * import { enumerateCosets } from "isinglass/lattice";
 * // the symmetries of a triangle: a^2 = b^3 = (ab)^2 = 1
 * enumerateCosets(2, [[0, 0], [1, 1, 1], [0, 1, 0, 1]]).cosets; // => 6
 * ```
 */
export function enumerateCosets(
  generators: number,
  relators: readonly Word[],
  { subgroup = [], maxRows = 2 ** 20 }: CosetOptions = {},
): CosetTable {
  const table = new CosetRows(2 * generators, maxRows);
  for (const word of subgroup) table.scan(0, columnsOf(word));
  const columns = relators.map(columnsOf);
  for (let c = 0; c < table.rows; c++) {
    for (const word of columns) {
      if (!table.isAlive(c)) break;
      table.scan(c, word);
    }
    if (table.isAlive(c))
      for (let x = 0; x < 2 * generators; x++) if (table.image(c, x) < 0) table.define(c, x);
  }
  return table.compress(generators);
}

function columnsOf(word: Word): number[] {
  return word.map((letter) => (letter >= 0 ? 2 * letter : 2 * ~letter + 1));
}

/** The table while it grows: column 2g is generator g, 2g + 1 its inverse; dead rows point to the row they equal. */
class CosetRows {
  private readonly columns: number;
  private readonly maxRows: number;
  private readonly entries: number[][] = [];
  private readonly same: number[] = [];

  constructor(columns: number, maxRows: number) {
    this.columns = columns;
    this.maxRows = maxRows;
    this.addRow();
  }

  get rows(): number {
    return this.same.length;
  }

  isAlive(c: number): boolean {
    return this.same[c] === c;
  }

  image(c: number, x: number): number {
    return (this.entries[c] as number[])[x] as number;
  }

  define(c: number, x: number): number {
    const next = this.addRow();
    this.join(c, x, next);
    return next;
  }

  /** Follows a relator from both ends of coset c and makes them meet, defining what is missing. */
  scan(c: number, word: readonly number[]): void {
    let front = c;
    let i = 0;
    let back = c;
    let j = word.length - 1;
    for (;;) {
      while (i <= j && this.image(front, word[i] as number) >= 0)
        front = this.image(front, word[i++] as number);
      if (i > j) {
        if (front !== back) this.merge(front, back);
        return;
      }
      while (j >= i && this.image(back, (word[j] as number) ^ 1) >= 0)
        back = this.image(back, (word[j--] as number) ^ 1);
      if (j < i) {
        this.merge(front, back);
        return;
      }
      if (i === j) {
        this.join(front, word[i] as number, back);
        return;
      }
      this.define(front, word[i] as number);
    }
  }

  compress(generators: number): CosetTable {
    const number = new Map<number, number>();
    for (let c = 0; c < this.rows; c++) if (this.isAlive(c)) number.set(c, number.size);
    const images = Array.from({ length: generators }, () => new Uint32Array(number.size));
    for (const [c, k] of number)
      images.forEach((image, g) => {
        image[k] = number.get(this.image(c, 2 * g)) as number;
      });
    return { cosets: number.size, images };
  }

  private addRow(): number {
    if (this.rows >= this.maxRows)
      throw new BudgetError(
        `coset enumeration: more than ${this.maxRows} rows, so the group is larger than that or infinite`,
        { hint: "add a relator that makes the group finite", data: { maxRows: this.maxRows } },
      );
    this.entries.push(new Array<number>(this.columns).fill(-1));
    return this.same.push(this.rows) - 1;
  }

  private join(c: number, x: number, d: number): void {
    (this.entries[c] as number[])[x] = d;
    (this.entries[d] as number[])[x ^ 1] = c;
  }

  private find(c: number): number {
    let root = c;
    while (this.same[root] !== root) root = this.same[root] as number;
    for (let at = c; at !== root; ) {
      const next = this.same[at] as number;
      this.same[at] = root;
      at = next;
    }
    return root;
  }

  /** Two cosets are one: moves the entries of the later to the earlier, which may reveal more coincidences. */
  private merge(a: number, b: number): void {
    const queue: number[] = [];
    const equate = (c: number, d: number): void => {
      const [low, high] = [this.find(c), this.find(d)].sort((x, y) => x - y) as [number, number];
      if (low === high) return;
      this.same[high] = low;
      queue.push(high);
    };
    equate(a, b);
    for (let at = 0; at < queue.length; at++) {
      const dead = queue[at] as number;
      for (let x = 0; x < this.columns; x++) {
        const other = this.image(dead, x);
        if (other < 0) continue;
        (this.entries[dead] as number[])[x] = -1;
        if (this.image(other, x ^ 1) === dead) (this.entries[other] as number[])[x ^ 1] = -1;
        const c = this.find(dead);
        const d = this.find(other);
        const known = this.image(c, x);
        const back = this.image(d, x ^ 1);
        if (known >= 0) equate(d, known);
        else if (back >= 0) equate(c, back);
        else this.join(c, x, d);
      }
    }
  }
}
