import { describe, expect, it } from "vitest";
import {
  buildSector,
  buildTiling,
  cellOfSectorIndex,
  neighboursOf,
  replicateSector,
  sectorIndexOf,
  turnCell,
} from "../../../src/lattice/index.ts";
import { growRows } from "../../../src/lattice/tiling/grow.ts";
import { writeLayer } from "../../../src/lattice/tiling/layer.ts";
import { growInKernel, growPatch } from "../../../src/lattice/tiling/turn.ts";
import { patchCases } from "./cases.ts";

const cases = patchCases([3, 9], [5, 5]);

describe("one sector stands for all", () => {
  it.each(cases)("{%i,%i} by %s, centred on a %s: replicated it is the whole patch", (p, q, by, centre) => {
    for (const layers of [1, 2, 3, p === 3 && by === "edge" ? 7 : 4]) {
      if (layers === 4 && p + q > 9 && by === "vertex") continue;
      const whole = buildTiling(p, q, layers, { by, centre });
      const sector = buildSector(p, q, layers, { by, centre });
      expect(replicateSector(sector)).toEqual(whole);
    }
  });

  it.each(cases)(
    "{%i,%i} by %s, centred on a %s: numbers go there and back, turns keep bonds",
    (p, q, by, centre) => {
      const sector = buildSector(p, q, by === "vertex" ? 3 : 4, { by, centre });
      const seen = new Set<number>();
      for (let c = 0; c < sector.cells; c += 1 + (c >> 6)) {
        const number = sectorIndexOf(sector, c);
        expect(cellOfSectorIndex(sector, number)).toBe(c);
        seen.add(number);
        expect(turnCell(sector, c, sector.sectors)).toBe(c);
        const turned = [...neighboursOf(sector, c)].map((other) => turnCell(sector, other, 1));
        const row = [...neighboursOf(sector, turnCell(sector, c, 1))];
        if (c === 0 && centre === "cell") expect(turned.sort()).toEqual(row.sort());
        else expect(turned).toEqual(row);
      }
      expect(seen.size).toBeGreaterThan(5);
    },
  );

  it("stores a p-th of the cells", () => {
    const { offsets, cells } = buildSector(7, 3, 11);
    expect(cells).toBe(76616);
    expect(offsets.length - 1).toBe(1 + 76615 / 7);
  });

  it("refuses cells that are not there", () => {
    const sector = buildSector(7, 3, 3);
    expect(() => neighboursOf(sector, 29)).toThrow(/received cell 29, expected an integer from 0 to 28/);
    expect(() => cellOfSectorIndex(sector, -1)).toThrow(/received index -1/);
  });
});

describe("the fast loop for three cells at a vertex", () => {
  it.each([7, 8, 11])("{%i,3} does what the general one does", (p) => {
    for (const centre of ["cell", "vertex"] as const)
      for (const isSector of [true, false])
        for (const layers of [1, 2, 3, p === 11 ? 4 : 6]) {
          const options = { by: "edge", centre, isSector } as const;
          expect(growRows(p, 3, layers, options)).toEqual(
            growRows(p, 3, layers, { ...options, write: writeLayer }),
          );
        }
  });
});

describe("growth in WebAssembly", () => {
  it.each(cases)("{%i,%i} by %s, centred on a %s: is what TypeScript grows", (p, q, by, centre) => {
    for (const layers of [3, 4, p === 3 && by === "edge" ? 9 : 5]) {
      if (layers > 3 && p + q > 9 && by === "vertex") continue;
      for (const isSector of [false, true]) {
        const { offsets, neighbours } = growRows(p, q, layers, { by, centre, isSector });
        expect(growInKernel(p, q, layers, { by, centre, isSector })).toEqual({ offsets, neighbours });
      }
    }
  });

  it.each([
    [7, 3, 14],
    [5, 4, 10],
  ])("{%i,%i}: patches whose memory is theirs, and patches that borrow it", (p, q, layers) => {
    const patch = { by: "edge", centre: "cell", isSector: false } as const;
    const [fast, twin] = [growPatch(p, q, layers, patch), growRows(p, q, layers, patch)];
    expect(Buffer.compare(bytesOf(fast.offsets), bytesOf(twin.offsets))).toBe(0);
    expect(Buffer.compare(bytesOf(fast.neighbours), bytesOf(twin.neighbours))).toBe(0);
    // the next patch in the same memory leaves this one alone
    const kept = fast.neighbours.slice();
    growPatch(8, 3, 7, patch);
    expect(Buffer.compare(bytesOf(fast.neighbours), bytesOf(kept))).toBe(0);
  });

  it("leaves patches that no WebAssembly memory holds to TypeScript", () => {
    expect(growInKernel(7, 3, 20, { by: "edge", centre: "cell", isSector: false })).toBeNull();
  });
});

function bytesOf({ buffer, byteOffset, byteLength }: Uint32Array): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}
