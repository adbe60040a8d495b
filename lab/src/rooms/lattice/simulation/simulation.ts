/**
 * The simulation behind the room: builds lattices, sweeps as fast as it can or at the pace of the pictures, and answers each request
 * for a picture with the spins of that moment. It never waits for the page. Runs in the worker; knows nothing of workers.
 */
import { createModel, type IsingRun, startIsing } from "../../../../../src/lattice/index.ts";
import { describeError } from "../../../jobs/messages.ts";
import { giveWay } from "../../../jobs/worker.ts";
import { createEstimator } from "./estimator.ts";
import { createLattices } from "./lattice.ts";
import { MOST_MEASUREMENTS } from "./limits.ts";
import type { FromSimulation, RunSpec, ToSimulation } from "./messages.ts";
import { createPast } from "./past.ts";
import { inspectSite, readFrame } from "./reading.ts";
import { createSpeedometer } from "./speedometer.ts";
import { streamOf } from "./stream.ts";
import { createTrace } from "./trace.ts";

/** Milliseconds of sweeps between two looks at what the page wants. */
const SLICE = 8;
/** Takes the page's messages. */
export interface Simulation {
  receive(message: ToSimulation): void;
}

/** Makes a simulation that answers through `post`. */
export function createSimulation(
  post: (message: FromSimulation, transfer?: Transferable[]) => void,
): Simulation {
  let id = 0;
  const lattices = createLattices();
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
  const estimator = createEstimator();
  const speed = createSpeedometer();
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
    const graph = lattices.build(lattice, (built, buffers) =>
      post({ kind: "built", id, lattice: built }, buffers),
    );
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
    estimator.forget();
    speed.restart(run?.sweeps ?? 0);
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
    if (run !== null) estimator.update(run, now);
  };

  const answer = (): void => {
    if (!wantsFrame || run === null) return;
    wantsFrame = false;
    const frame = readFrame(run, { id, buffer, index: pastIndex, past, trace });
    buffer = null;
    const rate = isRunning ? speed.rate : null;
    const { spins } = frame;
    post({ ...frame, numbers: { ...frame.numbers, rate }, estimates: estimator.newest }, [spins.buffer]);
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
        if (estimator.isDue(now)) estimate(now);
        speed.update(now, run.sweeps);
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
        if (message.isRunning && !isRunning) speed.restart(run?.sweeps ?? 0);
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
        estimator.forget();
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

  const inspect = (site: number): void => {
    const cell = run === null ? null : inspectSite(run, site);
    if (cell !== null) post({ kind: "inspected", id, cell });
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
