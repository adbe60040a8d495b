/**
 * The simulation behind the room: builds lattices, sweeps as fast as it can or at the pace of the pictures, and answers each request
 * for a picture with the spins of that moment. It never waits for the page. Runs in the worker; knows nothing of workers.
 */
import { createModel, type IsingRun, type SpinGraph, startIsing } from "../../../../../src/lattice/index.ts";
import { createStream } from "../../../../../src/numerics/index.ts";
import { describeError } from "../../../jobs/messages.ts";
import { giveWay } from "../../../jobs/worker.ts";
import { nameOf } from "../plan.ts";
import { buildLattice } from "./lattice.ts";
import { MOST_MEASUREMENTS } from "./limits.ts";
import type { FromSimulation, RunEstimates, RunSpec, ToSimulation } from "./messages.ts";
import { createPast } from "./past.ts";
import { createTrace } from "./trace.ts";

/** Milliseconds of sweeps between two looks at what the page wants. */
const SLICE = 8;
/** Milliseconds between estimates, and their largest share of the time. */
const ESTIMATE_EVERY = 400;
const ESTIMATE_SHARE = 0.1;
/** Fewest measurements for estimates. */
const FEWEST = 32;
/** Milliseconds between two readings of the speed. */
const RATE_EVERY = 500;

/** Takes the page's messages. */
export interface Simulation {
  receive(message: ToSimulation): void;
}

/** The stream of a run; the command line draws from the same one. */
export function streamOf(seed: number, temperature: number): ReturnType<typeof createStream> {
  return createStream(seed).fork("ising").fork(String(temperature));
}

/** Makes a simulation that answers through `post`. */
export function createSimulation(
  post: (message: FromSimulation, transfer?: Transferable[]) => void,
): Simulation {
  let id = 0;
  let graph: SpinGraph | null = null;
  let graphName = "";
  let run: IsingRun | null = null;
  let current: RunSpec | null = null;
  /** Temperature chosen before the first sweep: the run begins anew with it, as its random numbers depend on it. */
  let pending: number | null = null;
  let isRunning = false;
  let isLooping = false;
  let pace: number | null = null;
  let allowance = 0;
  let wantsFrame = false;
  let buffer: ArrayBuffer | null = null;
  let pastIndex: number | null = null;
  let estimates: RunEstimates | null = null;
  let nextEstimate = 0;
  let rate: number | null = null;
  let rateFrom = { at: 0, sweeps: 0 };
  const past = createPast();
  const trace = createTrace();

  const fail = (error: unknown): void => {
    isRunning = false;
    post({ kind: "failed", id, error: describeError(error) });
  };

  const start = async (request: number, spec: RunSpec): Promise<void> => {
    id = request;
    run = null;
    current = spec;
    pending = null;
    const { lattice, field, temperature, algorithm, thermalization } = spec;
    const name = `${nameOf(lattice)} ${lattice.boundary}`;
    if (graph === null || name !== graphName) {
      const made = buildLattice(lattice);
      graph = made.graph;
      graphName = name;
      const { picture } = made.built;
      post(
        { kind: "built", id, lattice: made.built },
        picture.kind === "tiling" ? [picture.motions.buffer, picture.dual.buffer] : [],
      );
    }
    const model = createModel(graph, { boundary: lattice.boundary === "wired" ? "wired" : "free", field });
    const options = { algorithm, start: spec.start, thermalization, mostMeasurements: MOST_MEASUREMENTS };
    const fresh = await startIsing(model, temperature, streamOf(spec.seed, temperature), options);
    if (id !== request) return;
    // a temperature that was chosen while this was built
    const chosen = pending as number | null;
    if (chosen !== null && chosen !== temperature) return start(request, { ...spec, temperature: chosen });
    run = fresh;
    past.clear();
    trace.clear();
    forget();
    past.offer(0, () => fresh.readSpins());
    trace.add(0, fresh.energy, fresh.magnetization);
    answer();
    void loop();
  };

  /** What was measured is of the past. */
  const forget = (): void => {
    estimates = null;
    nextEstimate = 0;
    rate = null;
    rateFrom = { at: performance.now(), sweeps: run?.sweeps ?? 0 };
    pastIndex = null;
  };

  const sweep = (): void => {
    if (run === null) return;
    const active = run;
    active.advance(1);
    past.offer(active.sweeps, () => active.readSpins());
    trace.add(active.sweeps, active.energy, active.magnetization);
  };

  const estimate = (now: number): void => {
    if (run === null || run.measured < FEWEST || run.measured === estimates?.measured) return;
    estimates = { measured: run.measured, temperature: run.temperature, estimates: run.estimate() };
    const took = performance.now() - now;
    nextEstimate = now + Math.max(ESTIMATE_EVERY, took / ESTIMATE_SHARE);
  };

  const measureRate = (now: number): void => {
    if (run === null || now - rateFrom.at < RATE_EVERY) return;
    rate = (1000 * (run.sweeps - rateFrom.sweeps)) / (now - rateFrom.at);
    rateFrom = { at: now, sweeps: run.sweeps };
  };

  const answer = (): void => {
    if (!wantsFrame || run === null) return;
    wantsFrame = false;
    const { sites } = run.model.graph;
    const bytes = buffer !== null && buffer.byteLength === sites ? buffer : new ArrayBuffer(sites);
    buffer = null;
    const spins = new Uint8Array(bytes);
    const shown = pastIndex;
    if (shown === null) {
      const signs = run.readSpins();
      for (let i = 0; i < sites; i++) spins[i] = (signs[i] as number) > 0 ? 255 : 0;
    } else past.show(shown, spins);
    post(
      {
        kind: "frame",
        id,
        spins,
        numbers: {
          sweeps: run.sweeps,
          measured: run.measured,
          temperature: run.temperature,
          isFresh: run.isFresh,
          energy: run.energy,
          magnetization: run.magnetization,
          rate: isRunning ? rate : null,
          past: { count: past.count, stride: past.stride },
        },
        pastSweep: shown === null ? null : shown * past.stride,
        estimates,
        trace: trace.isNew ? trace.read() : null,
      },
      [bytes],
    );
  };

  /** A picture that the page did not ask for, since what it did ask for may have been answered before. */
  const show = (): void => {
    wantsFrame = true;
    answer();
  };

  const loop = async (): Promise<void> => {
    if (isLooping) return;
    isLooping = true;
    try {
      while (isRunning && run !== null) {
        const from = performance.now();
        let now = from;
        while (now - from < SLICE && (pace === null || allowance > 0)) {
          sweep();
          allowance--;
          now = performance.now();
        }
        if (now >= nextEstimate) estimate(now);
        measureRate(now);
        answer();
        // at the pace of the pictures, the next request wakes the loop
        if (pace !== null && allowance <= 0) break;
        await giveWay();
      }
    } catch (error) {
      fail(error);
    } finally {
      isLooping = false;
    }
  };

  const receive = (message: ToSimulation): void => {
    switch (message.kind) {
      case "start":
        start(message.id, message.run).catch(fail);
        return;
      case "pace":
        if (message.isRunning && restartThen(message)) return;
        if (message.isRunning && !isRunning) forgetRate();
        isRunning = message.isRunning;
        pace = message.pace;
        if (isRunning) pastIndex = null;
        allowance = pace ?? 0;
        if (!isRunning) {
          estimate(performance.now());
          show();
        }
        void loop();
        return;
      case "step":
        if (restartThen(message)) return;
        pastIndex = null;
        for (let n = 0; n < message.sweeps; n++) sweep();
        estimate(performance.now());
        show();
        return;
      case "temperature":
        if (message.temperature === (pending ?? run?.temperature)) return;
        if (run === null) {
          pending = message.temperature;
          return;
        }
        if (run.sweeps === 0) {
          pending = message.temperature;
          if (isRunning) restartThen({ kind: "frame", buffer: null });
          return;
        }
        run.setTemperature(message.temperature);
        estimates = null;
        nextEstimate = 0;
        if (!isRunning) show();
        return;
      case "frame":
        wantsFrame = true;
        buffer = message.buffer ?? buffer;
        if (pace !== null) allowance = pace;
        if (isRunning && run !== null) void loop();
        else answer();
        return;
      case "past":
        pastIndex = Math.max(0, Math.min(past.count - 1, message.index));
        show();
        return;
      case "inspect":
        inspect(message.site);
    }
  };

  /** Begins anew where a temperature was chosen before the first sweep, and takes the message after that. */
  const restartThen = (message: ToSimulation): boolean => {
    if (pending === null || current === null) return false;
    start(id, { ...current, temperature: pending }).then(() => receive(message), fail);
    return true;
  };

  const forgetRate = (): void => {
    rate = null;
    rateFrom = { at: performance.now(), sweeps: run?.sweeps ?? 0 };
  };

  const inspect = (site: number): void => {
    if (run === null) return;
    const { offsets, neighbours, layer, boundary } = run.model.graph;
    if (!(site >= 0 && site + 1 < offsets.length)) return;
    const row = neighbours.subarray(offsets[site] as number, offsets[site + 1] as number);
    post({
      kind: "inspected",
      id,
      cell: {
        site,
        spin: run.readSpins()[site] as number,
        layer: layer[site] as number,
        isRim: boundary.includes(site),
        neighbours: [...new Set(row)],
      },
    });
  };

  return {
    receive: (message) => {
      try {
        receive(message);
      } catch (error) {
        fail(error);
      }
    },
  };
}
