/** Adam outside the graph, bit for bit against a plain loop in single precision. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  createSession,
  type Descent,
  GraphBuilder,
  mul,
  reduceSum,
  type Session,
  tensorOf,
} from "../../../src/engine/index.ts";
import { createStream } from "../../../src/numerics/index.ts";

const STEPS = 9;
// not a multiple of the four lanes, so that the last vector reaches beyond the array
const SIZE = 37;
const DECAYS = { beta1: 0.9, beta2: 0.999 };
const f = Math.fround;

/** The gradient is twice the minibatch, the recorded scalar the product of parameter and minibatch. */
function scaledExample(): GraphBuilder {
  const b = new GraphBuilder();
  const p = b.input("p", "float32", [SIZE]);
  const e = b.input("e", "float32", [SIZE]);
  b.output(mul(b, e, 2), "g");
  b.output(reduceSum(b, mul(b, p, e)), "dot");
  return b;
}

const stream = createStream(5);
const filled = (name: string, length: number): Float32Array => {
  const values = new Float32Array(length);
  stream.fork(name).fillNormal(values);
  return values;
};
const examples = filled("examples", 2 * SIZE * STEPS);
const rates = Float32Array.from({ length: STEPS }, (_, k) => 0.01 * (k + 1));
const epsilons = Float32Array.from({ length: STEPS }, (_, k) => 1e-3 / (k + 1));

/** The same steps on the minibatches that start at `start`, a stride of 2 SIZE apart. */
function oracle(first: Float32Array, start: number) {
  const [p, m, v] = [first.slice(), new Float32Array(SIZE), new Float32Array(SIZE)];
  const dots: number[] = [];
  const [beta1, beta2] = [f(DECAYS.beta1), f(DECAYS.beta2)];
  for (let step = 0; step < STEPS; step++) {
    let dot = 0;
    for (let i = 0; i < SIZE; i++) {
      const e = examples[start + step * 2 * SIZE + i] as number;
      dot += (p[i] as number) * e;
      const g = f(2 * e);
      m[i] = f(beta1 * (m[i] as number)) + g;
      v[i] = f(beta2 * (v[i] as number)) + f(g * g);
      const size = f(f(Math.sqrt(v[i] as number)) + (epsilons[step] as number));
      p[i] = (p[i] as number) - f(f((m[i] as number) * (rates[step] as number)) / size);
    }
    dots.push(dot);
  }
  return { p, m, v, dots };
}

const descentOf = (which: "a" | "b", changes: Partial<Descent> = {}): Descent => ({
  steps: STEPS,
  slices: { e: { of: "examples", start: which === "a" ? 0 : SIZE, stride: 2 * SIZE, shape: [SIZE] } },
  parameters: [
    { input: "p", value: which, mean: `${which}.m`, square: `${which}.v`, output: "g", gradient: "room" },
  ],
  rates,
  epsilons,
  decays: DECAYS,
  records: ["dot"],
  ...changes,
});

describe("descend", () => {
  let session: Session;
  const first = { a: filled("a", SIZE), b: filled("b", SIZE) };
  const zeros = { "a.m": [SIZE], "a.v": [SIZE], "b.m": [SIZE], "b.v": [SIZE], room: [SIZE + 5] };
  const place = (): Promise<void> =>
    session.place(
      { a: tensorOf("float32", [SIZE], first.a), b: tensorOf("float32", [SIZE], first.b) },
      { zeros },
    );
  beforeAll(async () => {
    session = await createSession(scaledExample().build());
    // resident, but no input of this graph: another session of the store puts it there
    const b = new GraphBuilder();
    b.output(mul(b, b.input("examples", "float32", [STEPS, 2, SIZE]), 1));
    const other = await createSession(b.build(), { share: session });
    await other.bind({ examples: tensorOf("float32", [STEPS, 2, SIZE], examples) });
    await other.release();
  });
  afterAll(() => session.release());

  test("makes the steps of a plain loop, one parameter after another and in two stretches", async () => {
    await place();
    const { dot } = await session.descend(descentOf("a"));
    for (const [from, to] of [
      [0, 4],
      [4, STEPS],
    ] as const) {
      await session.descend(
        descentOf("b", {
          steps: to - from,
          slices: {
            e: { of: "examples", start: SIZE + from * 2 * SIZE, stride: 2 * SIZE, shape: [SIZE] },
          },
          rates: rates.slice(from, to),
          epsilons: epsilons.slice(from, to),
        }),
      );
    }
    const [expectedA, expectedB] = [oracle(first.a, 0), oracle(first.b, SIZE)];
    const read = await session.read(["a", "a.m", "a.v", "b", "b.m", "b.v"]);
    expect(read.a?.data).toEqual(expectedA.p);
    expect(read["a.m"]?.data).toEqual(expectedA.m);
    expect(read["a.v"]?.data).toEqual(expectedA.v);
    expect(read.b?.data).toEqual(expectedB.p);
    expect(read["b.m"]?.data).toEqual(expectedB.m);
    expect(read["b.v"]?.data).toEqual(expectedB.v);
    const dots = dot?.data as Float32Array;
    expectedA.dots.forEach((value, k) => {
      expect(dots[k]).toBeCloseTo(value, 4);
    });
  });

  test("starts anew with what is placed anew, and copies what is taken", async () => {
    await place();
    await session.descend(descentOf("a"));
    await place();
    const { a, "a.m": mean } = await session.read(["a", "a.m"], { take: true });
    expect(a?.data).toEqual(first.a);
    expect(mean?.data).toEqual(new Float32Array(SIZE));
    await expect(session.read(["a"])).rejects.toThrow(/no value for the input a/);
    await expect(session.descend(descentOf("a"))).rejects.toThrow(/no value for the input a/);
    const { b } = await session.read(["b"]);
    expect(b?.data).toEqual(first.b);
  });

  test("grows when more is placed than before", async () => {
    const large = filled("large", 300_000);
    await session.place({ large: tensorOf("float32", [large.length], large) });
    expect((await session.read(["large"])).large?.data).toEqual(large);
    await expect(session.read(["b"])).rejects.toThrow(/no value for the input b/);
  });

  test("refuses what the graph does not have, and numbers for other steps", async () => {
    const [parameter] = descentOf("a").parameters;
    const wrong = (changes: object): Partial<Descent> => ({
      parameters: [{ ...(parameter as Descent["parameters"][number]), ...changes }],
    });
    const refused = (changes: Partial<Descent>) => expect(session.descend(descentOf("a", changes))).rejects;
    await refused(wrong({ input: "q" })).toThrow("descend: no input q, expected p, e");
    await refused(wrong({ output: "h" })).toThrow("no output h, expected g, dot");
    await refused({ records: ["loss"] }).toThrow("no output loss");
    await place();
    await refused(wrong({ value: "examples" })).toThrow("descend: examples is not placed");
    await session.place({ a: tensorOf("float32", [SIZE], first.a) }, { zeros: { ...zeros, room: [3] } });
    await refused({}).toThrow("descend: room has 3 elements, expected 37");
    const short = { dtype: "float32", shape: [SIZE + 1], data: first.a } as const;
    await expect(session.place({ a: short })).rejects.toThrow("expected float32 and 38");
    await refused({ steps: 4 }).toThrow("descend: 9 rates and 9 epsilons for 4 steps");
  });
});
