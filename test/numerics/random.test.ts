import { crc32 } from "node:zlib";
import { describe, expect, it } from "vitest";
import {
  createStream,
  fillPhiloxBlocks,
  forkIdentity,
  normalCdf,
  type RandomStream,
  restoreStream,
  type StreamIdentity,
} from "../../src/numerics/index.ts";
import { portableExp, portableLog } from "../../src/numerics/ziggurat.ts";
import { fixture } from "./fixture.ts";

interface RandomFixture {
  knownAnswers: { counter: [number, number, number, number]; key: [number, number]; output: number[] }[];
  publishedOutputs: string[];
  forks: { parent: StreamIdentity; label: string | number; identity: StreamIdentity }[];
  uniforms: { seed: number; values: number[] };
  normals: {
    seed: number;
    path: (string | number)[];
    first: number[];
    count: number;
    tails: number;
    crc32: number;
    position: number;
  };
}
const reference = fixture<RandomFixture>("random");

/** chi^2 per degree of freedom of counts against equal expectation, in standard deviations from 1. */
function excessChi2(counts: ArrayLike<number>, expected: ArrayLike<number>): number {
  const degrees = counts.length - 1;
  const chi2 = Array.from(counts).reduce((sum, c, i) => sum + (c - expected[i]!) ** 2 / expected[i]!, 0);
  return (chi2 - degrees) / Math.sqrt(2 * degrees);
}

describe("Philox 4x32-10", () => {
  it.each(reference.knownAnswers)(
    "gives the known answer for counter $counter",
    ({ counter, key, output }) => {
      const words = new Int32Array(4);
      fillPhiloxBlocks(words, 1, key[0], key[1], counter[0], counter[1], counter[2], counter[3]);
      expect(Array.from(words, (w) => w >>> 0)).toEqual(output);
    },
  );

  it("agrees with the published known-answer text", () => {
    const hex = reference.knownAnswers.map(({ output }) =>
      output.map((w) => w.toString(16).padStart(8, "0")).join(" "),
    );
    expect(hex).toEqual(reference.publishedOutputs);
  });

  it("fills many blocks with consecutive counters, wrapping the low word", () => {
    const together = new Int32Array(12);
    fillPhiloxBlocks(together, 3, 5, 6, 0xffffffff, 1, 2, 3);
    const one = new Int32Array(4);
    [0xffffffff, 0, 1].forEach((low, b) => {
      fillPhiloxBlocks(one, 1, 5, 6, low, 1, 2, 3);
      expect(together.subarray(4 * b, 4 * b + 4)).toEqual(one);
    });
  });
});

describe("stream", () => {
  it("gives the uniforms of an independent implementation, with a seed above 2^32", () => {
    const stream = createStream(reference.uniforms.seed);
    expect(reference.uniforms.values.map(() => stream.uniform())).toEqual(reference.uniforms.values);
  });

  it("gives the normals of an independent implementation bit for bit, tails included", () => {
    const { seed, path, first, count, crc32: expected, position, tails } = reference.normals;
    const stream = path.reduce<RandomStream>((s, label) => s.fork(label), createStream(seed));
    const normals = new Float64Array(count);
    stream.fillNormal(normals);
    expect(Array.from(normals.subarray(0, first.length))).toEqual(first);
    expect(tails).toBeGreaterThan(0);
    expect(crc32(new Uint8Array(normals.buffer))).toBe(expected);
    expect(stream.save().position).toBe(position);
  });

  it.each(reference.forks)(
    "derives the documented identity of the fork $label",
    ({ parent, label, identity }) => {
      expect(forkIdentity(parent, label)).toEqual(identity);
    },
  );

  it("forks the same stream no matter how many numbers were drawn", () => {
    const fresh = createStream(4);
    const used = createStream(4);
    for (let i = 0; i < 1000; i++) used.normal();
    expect(used.fork("a").uniform()).toBe(fresh.fork("a").uniform());
    expect(used.fork("a").path).toEqual(["a"]);
    expect(used.fork("a").fork(2).path).toEqual(["a", 2]);
  });

  it("tells labels, numbers and nesting apart", () => {
    const s = createStream(9);
    const streams = [
      s,
      s.fork("1"),
      s.fork(1),
      s.fork("1").fork("1"),
      s.fork("11"),
      s.fork(""),
      s.fork("").fork(""),
    ];
    expect(new Set(streams.map((stream) => stream.uniform())).size).toBe(streams.length);
  });

  it("gives forks that are uncorrelated with each other and with the parent", () => {
    const n = 20_000;
    const root = createStream(21);
    const columns = [root, root.fork(0), root.fork(1), root.fork(0).fork(1)].map((stream) => {
      const x = new Float64Array(n);
      stream.fillNormal(x);
      return x;
    });
    for (const [i, a] of columns.entries()) {
      for (const b of columns.slice(i + 1)) {
        const correlation = a.reduce((sum, v, k) => sum + v * b[k]!, 0) / n;
        expect(Math.abs(correlation)).toBeLessThan(4 / Math.sqrt(n));
      }
    }
  });

  it("continues bit for bit from a saved state, at even and odd positions", () => {
    for (const drawn of [0, 1, 15, 16, 17, 2047, 4097]) {
      const stream = createStream(5).fork("resume");
      for (let i = 0; i < drawn; i++) stream.uniform();
      const resumed = restoreStream(JSON.parse(JSON.stringify(stream.save())));
      expect(resumed.save()).toEqual(stream.save());
      const expected = Array.from({ length: 3000 }, () => stream.normal());
      expect(Array.from({ length: 3000 }, () => resumed.normal())).toEqual(expected);
    }
  });

  it("crosses 2^32 blocks with a carry into the second counter word", () => {
    const position = 2 * 2 ** 32 - 2;
    const stream = restoreStream({ ...createStream(1).save(), position });
    const drawn = Array.from({ length: 4 }, () => stream.uniform());
    const words = new Int32Array(4);
    fillPhiloxBlocks(words, 1, 1, 0, 0, 1, 0, 0);
    const first = ((words[0]! >>> 0) * 2 ** 21 + (words[1]! >>> 11)) * 2 ** -53;
    expect(drawn[2]).toBe(first);
    expect(stream.save().position).toBe(position + 4);
  });

  it.each([-1, 0.5, Number.NaN, 2 ** 53])("refuses the seed %s", (seed) => {
    expect(() => createStream(seed)).toThrow(/seed/);
  });

  it("refuses a fractional label and a malformed state", () => {
    expect(() => createStream(1).fork(0.5)).toThrow(/safe integer/);
    expect(() => restoreStream({ ...createStream(1).save(), position: -1 })).toThrow(/malformed/);
    expect(() => createStream(1).integer(0)).toThrow(/2\^32/);
    expect(() => createStream(1).integer(2 ** 32 + 1)).toThrow(/2\^32/);
  });
});

describe("distributions", () => {
  it("fills with the same numbers as single draws, in both storage formats", () => {
    for (const Format of [Float64Array, Float32Array]) {
      const uniforms = new Format(5001);
      const normals = new Format(5001);
      const filler = createStream(8);
      filler.fillUniform(uniforms, -2, 3);
      filler.fillNormal(normals, 0.25);
      const single = createStream(8);
      expect(uniforms).toEqual(new Format(5001).map(() => -2 + single.uniform() * 5));
      expect(normals).toEqual(new Format(5001).map(() => 0.25 * single.normal()));
      expect(filler.uniform()).toBe(single.uniform());
    }
  });

  it("draws normals with the right distribution in 100 equally likely bins", () => {
    const n = 200_000;
    const x = new Float64Array(n);
    createStream(31).fillNormal(x);
    const counts = new Float64Array(100);
    for (const v of x) counts[Math.floor(100 * normalCdf(v))]! += 1;
    expect(
      Math.abs(
        excessChi2(
          counts,
          counts.map(() => n / 100),
        ),
      ),
    ).toBeLessThan(4);
  });

  it("draws normals with the right moments and tails", () => {
    const n = 400_000;
    const x = new Float64Array(n);
    createStream(32).fillNormal(x);
    const moment = (k: number): number => x.reduce((sum, v) => sum + v ** k, 0) / n;
    // Variances of z^k: 1, 2, 15, 96.
    expect(Math.abs(moment(1))).toBeLessThan(4 * Math.sqrt(1 / n));
    expect(Math.abs(moment(2) - 1)).toBeLessThan(4 * Math.sqrt(2 / n));
    expect(Math.abs(moment(3))).toBeLessThan(4 * Math.sqrt(15 / n));
    expect(Math.abs(moment(4) - 3)).toBeLessThan(4 * Math.sqrt(96 / n));
    for (const edge of [2, 3.5, 3.7, 4.2]) {
      const expected = 2 * n * normalCdf(-edge);
      const beyond = x.reduce((count, v) => count + (Math.abs(v) > edge ? 1 : 0), 0);
      expect(Math.abs(beyond - expected)).toBeLessThan(4 * Math.sqrt(expected) + 1);
    }
  });

  it("draws uniforms that fill 64 x 64 cells of consecutive pairs evenly", () => {
    const n = 400_000;
    const stream = createStream(33);
    const counts = new Float64Array(4096);
    for (let i = 0; i < n; i++)
      counts[Math.floor(64 * stream.uniform()) * 64 + Math.floor(64 * stream.uniform())]! += 1;
    expect(
      Math.abs(
        excessChi2(
          counts,
          counts.map(() => n / 4096),
        ),
      ),
    ).toBeLessThan(4);
  });

  it("draws integers without bias, where a remainder of 2^32 would show it", () => {
    const stream = createStream(34);
    // 3 * 2^30 splits 2^32 badly: the naive remainder would make the lower third twice as likely.
    const n = 3 * 2 ** 30;
    const counts = new Float64Array(3);
    for (let i = 0; i < 60_000; i++) counts[Math.floor(stream.integer(n) / 2 ** 30)]! += 1;
    expect(Math.abs(excessChi2(counts, [20_000, 20_000, 20_000]))).toBeLessThan(4);
    expect(stream.integer(1)).toBe(0);
    expect(stream.integer(2 ** 32)).toBeLessThan(2 ** 32);
  });

  it("draws all 24 permutations of four equally often", () => {
    const stream = createStream(35);
    const counts = new Map<string, number>();
    for (let i = 0; i < 24_000; i++) {
      const key = stream.permutation(4).join("");
      counts.set(key, (counts.get(key) ?? 0) + 1);
    }
    expect(counts.size).toBe(24);
    expect(Math.abs(excessChi2([...counts.values()], new Array(24).fill(1000)))).toBeLessThan(4);
  });
});

describe("portable functions of the ziggurat", () => {
  it("agree with exp and log to rounding", () => {
    for (let x = 0; x <= 40; x += 0.37)
      expect(Math.abs(portableExp(-x) / Math.exp(-x) - 1)).toBeLessThan(1e-15);
    for (let x = 1; x > 1e-15; x *= 0.83) {
      expect(Math.abs(portableLog(x) - Math.log(x))).toBeLessThan(2e-15 * Math.max(0.01, -Math.log(x)));
    }
  });
});
