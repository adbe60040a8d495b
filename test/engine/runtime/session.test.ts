import { afterAll, describe, expect, it } from "vitest";
import {
  FormatError,
  InterruptedError,
  ShapeError,
  SpecError,
  UnsupportedOpError,
} from "../../../src/base/index.ts";
import { toOnnx } from "../../../src/engine/onnx/index.ts";
import { createPool, createSession } from "../../../src/engine/runtime/index.ts";
import { counter, float32, graphOf, layer, longChain, node, value } from "./small-graphs.ts";

const x = float32([2, 3], [0.1, 0.2, 0.3, -1, 0, 1]);
const expected = [0.4, 0.5, 0, 1].map(Math.tanh);

describe("createSession", () => {
  it("runs a graph", async () => {
    const session = await createSession(layer);
    const { y } = await session.run({ x });
    expect(y?.shape).toEqual([2, 2]);
    expected.forEach((v, i) => {
      expect(y?.data[i]).toBeCloseTo(v, 6);
    });
    expect(session.inputs).toEqual([{ name: "x", dtype: "float32", shape: [2, 3] }]);
    expect(session.outputs).toEqual([{ name: "y", dtype: "float32", shape: [2, 2] }]);
    await session.release();
  });

  it("runs the bytes of a file, of any batch size when it is symbolic", async () => {
    const session = await createSession(toOnnx(layer, { symbolic: { x: ["n", null], y: ["n", null] } }));
    const { y } = await session.run({ x: float32([1, 3], [0, 0, 1]) });
    expect(y?.shape).toEqual([1, 2]);
    expect(session.inputs[0]?.shape).toEqual(["n", 3]);
    await session.release();
  });

  it("copies feeds unless they are transferred, and sends only the viewed part", async () => {
    const session = await createSession(layer);
    const buffer = new Float32Array(600);
    buffer.set(x.data, 6);
    const view = { ...x, data: buffer.subarray(6, 12) };
    const { y } = await session.run({ x: view });
    expect(y?.data[0]).toBeCloseTo(Math.tanh(0.4), 6);
    expect(buffer.length).toBe(600);
    const moved = float32([2, 3], [0, 0, 0, 0, 0, 0]);
    await session.run({ x: moved }, { transfer: true });
    expect(moved.data.length).toBe(0);
    await session.release();
  });

  it("accepts data in shared memory, which ONNX Runtime itself refuses", async () => {
    const session = await createSession(layer);
    const data = new Float32Array(new SharedArrayBuffer(24));
    data.set(x.data);
    const { y } = await session.run({ x: { ...x, data } });
    expect(y?.data[3]).toBeCloseTo(Math.tanh(1), 6);
    await session.release();
  });
});

describe("resident values", () => {
  it("stay in the worker from run to run", async () => {
    const session = await createSession(counter);
    await session.bind({ state: float32([1], [1]), step: float32([1], [2]) });
    for (let i = 0; i < 3; i++) {
      expect(await session.run({}, { keep: { next: "state" }, outputs: [] })).toEqual({});
    }
    const { square } = await session.run({}, { keep: { next: "state" } });
    expect(square?.data[0]).toBe(81);
    // a value that is kept and asked for comes back too, and stays
    const { next } = await session.run({}, { keep: { next: "state" }, outputs: ["next"] });
    expect(next?.data[0]).toBe(11);
    expect((await session.read(["state"])).state?.data[0]).toBe(11);
    // a feed goes before the resident value, without replacing it
    const once = await session.run({ state: float32([1], [0]) });
    expect(once.next?.data[0]).toBe(2);
    expect((await session.read(["state"])).state?.data[0]).toBe(11);
    await session.release();
  });

  it("are copied when they are bound, unless they are transferred", async () => {
    const session = await createSession(counter);
    const [state, step] = [float32([1], [1]), float32([1], [2])];
    await session.bind({ state });
    await session.bind({ step }, { transfer: true });
    expect([state.data.length, step.data.length]).toEqual([1, 0]);
    expect((await session.run({})).next?.data[0]).toBe(3);
    await session.bind({}, { zeros: { state: [1] } });
    expect((await session.run({})).next?.data[0]).toBe(2);
    await expect(session.bind({}, { zeros: { stat: [1] } })).rejects.toThrow(/bind: no input stat, expected/);
    await expect(session.bind({}, { zeros: { state: [2] } })).rejects.toThrow(
      /received float32 \[2\], expected float32 \[1\]/,
    );
    await session.release();
  });

  it("are seen by sessions that share them, and only by those", async () => {
    const train = await createSession(counter);
    await train.bind({ state: float32([1], [5]), step: float32([1], [1]) });
    const test = await createSession(counter, { share: train });
    const alone = await createSession(counter);
    expect((await test.run({})).next?.data[0]).toBe(6);
    await train.release();
    expect((await test.run({})).next?.data[0]).toBe(6);
    await expect(alone.run({})).rejects.toThrow(/no value for the input state/);
    await test.release();
    await alone.release();
  });
});

describe("interruption", () => {
  it("leaves the event loop free, rejects at once and changes no state", async () => {
    const session = await createSession(longChain(256, 60));
    const matrix = float32([256, 256], new Array(65536).fill(0.001));
    await session.bind({ w: matrix });
    const controller = new AbortController();
    const output = session.outputs[0]?.name as string;
    const run = session.run(
      { x: matrix },
      { signal: controller.signal, keep: { [output]: "w" }, outputs: [] },
    );
    const queued = session.run({ x: matrix }, { signal: controller.signal });
    let ticks = 0;
    const timer = setInterval(() => {
      if (++ticks === 2) controller.abort();
    }, 1);
    await expect(run).rejects.toThrow(InterruptedError);
    await expect(queued).rejects.toThrow(InterruptedError);
    clearInterval(timer);
    expect(ticks).toBeGreaterThanOrEqual(2);
    expect((await session.read(["w"])).w?.data[0]).toBe(Math.fround(0.001));
    await session.release();
  });

  it("refuses a signal that is already aborted", async () => {
    const session = await createSession(layer);
    await expect(session.run({ x }, { signal: AbortSignal.abort() })).rejects.toThrow(InterruptedError);
    await expect(createSession(layer, { signal: AbortSignal.abort() })).rejects.toThrow(InterruptedError);
    await session.release();
  });
});

describe("errors", () => {
  it("name the input, what was received and what was expected", async () => {
    const session = await createSession(layer);
    await expect(session.run({ x: float32([3, 3], new Array(9).fill(0)) })).rejects.toThrow(
      /input x received float32 \[3, 3\], expected float32 \[2, 3\]/,
    );
    await expect(session.run({ z: x })).rejects.toThrow(SpecError);
    await expect(session.run({ x: { ...x, data: new Float32Array(4) } })).rejects.toThrow(ShapeError);
    await expect(session.run({ x: { ...x, dtype: "float64", data: new Float64Array(6) } })).rejects.toThrow(
      /received float64/,
    );
    await expect(session.run({})).rejects.toThrow(/no value for the input x/);
    await expect(session.run({ x }, { outputs: ["z"] })).rejects.toThrow(/no output z, expected y/);
    await expect(session.run({ x }, { outputs: [] })).rejects.toThrow(/no output is asked for/);
    await session.release();
    await session.release();
    await expect(session.run({ x })).rejects.toThrow(/was released/);
  });

  it("tell an unknown operator, a missing kernel and a damaged file apart", async () => {
    const unary = (op: string, dtype: "float32" | "float64") =>
      graphOf([value("x", [2], dtype)], {}, [node(op, ["x"], ["y"])], [value("y", [2], dtype)]);
    await expect(createSession(unary("Eigh", "float32"))).rejects.toThrow(UnsupportedOpError);
    await expect(createSession(unary("Eigh", "float32"))).rejects.toThrow(/no operator Eigh/);
    await expect(createSession(unary("Erf", "float64"))).rejects.toThrow(/no Erf for the element type/);
    await expect(createSession(toOnnx(layer).subarray(0, 40))).rejects.toThrow(FormatError);
    await expect(createSession(Uint8Array.of(1, 2, 3))).rejects.toThrow(FormatError);
  });

  it("report shapes that only clash at run time", async () => {
    const bytes = toOnnx(layer, { symbolic: { x: [null, "k"] } });
    const session = await createSession(bytes);
    await expect(session.run({ x: float32([2, 4], new Array(8).fill(0)) })).rejects.toThrow(ShapeError);
    await session.release();
  });
});

describe("createPool", () => {
  const pool = createPool(2);
  afterAll(() => pool.release());

  it("spreads sessions over threads with the same results", async () => {
    const sessions = await Promise.all([0, 1, 2, 3].map(() => pool.createSession(layer)));
    const results = await Promise.all(sessions.map((session) => session.run({ x })));
    for (const { y } of results) expect(y?.data).toEqual(results[0]?.y?.data);
    await Promise.all(sessions.map((session) => session.release()));
  });

  it("maps in order, at most `size` at a time", async () => {
    let running = 0;
    let most = 0;
    const result = await pool.map([5, 4, 3, 2, 1], async (item, index) => {
      most = Math.max(most, ++running);
      await new Promise((resolve) => setImmediate(resolve));
      running--;
      return item * 10 + index;
    });
    expect(result).toEqual([50, 41, 32, 23, 14]);
    expect(most).toBe(2);
  });

  it("lets the operators that run end before its threads do, and rejects at once", async () => {
    const own = createPool(1);
    const session = await own.createSession(longChain(256, 400));
    const matrix = float32([256, 256], new Array(65536).fill(0.001));
    await session.bind({ w: matrix });
    const run = session.run({ x: matrix });
    const queued = session.run({ x: matrix });
    const settled = Promise.allSettled([run, queued]);
    await own.release();
    for (const { status } of await settled) expect(status).toBe("rejected");
    await expect(session.run({ x: matrix })).rejects.toThrow(InterruptedError);
  });

  it("stops after a failure or an abort", async () => {
    const started: number[] = [];
    const work = async (item: number): Promise<number> => {
      started.push(item);
      if (item === 1) throw new ShapeError("bad item");
      return item;
    };
    await expect(pool.map([1, 2, 3, 4, 5, 6], work)).rejects.toThrow("bad item");
    expect(started.length).toBeLessThan(6);
    await expect(pool.map([2], work, { signal: AbortSignal.abort() })).rejects.toThrow(InterruptedError);
    expect(() => createPool(0)).toThrow(SpecError);
  });

  it("rejects what still runs when it is released", async () => {
    const short = createPool(1);
    const session = await short.createSession(layer);
    const run = session.run({ x });
    const outcome = expect(run).rejects.toThrow(InterruptedError);
    await short.release();
    await outcome;
    await expect(session.run({ x })).rejects.toThrow(InterruptedError);
    await session.release();
  });
});
