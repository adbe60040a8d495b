/** What tests of the Lattice room share: a run, and a simulation without a worker. */
import type { FromSimulation, RunSpec } from "../../../lab/src/rooms/lattice/simulation/messages.ts";
import { createSimulation } from "../../../lab/src/rooms/lattice/simulation/simulation.ts";

/** A small run. */
export const spec: RunSpec = {
  lattice: { kind: "tiling", p: 7, q: 3, layers: 4, by: "edge", boundary: "free" },
  field: 0,
  temperature: 3,
  algorithm: "heat-bath",
  start: "disordered",
  seed: 5,
  thermalization: 40,
};

/** A simulation whose answers can be waited for. */
export function openSimulation() {
  const heard: FromSimulation[] = [];
  let wake = (): void => {};
  const simulation = createSimulation((message) => {
    heard.push(message);
    wake();
  });
  const next = async <K extends FromSimulation["kind"]>(
    kind: K,
  ): Promise<Extract<FromSimulation, { kind: K }>> => {
    for (;;) {
      const at = heard.findIndex((message) => message.kind === kind);
      if (at >= 0) return heard.splice(at, 1)[0] as Extract<FromSimulation, { kind: K }>;
      await new Promise<void>((done) => {
        wake = done;
      });
    }
  };
  // the newest picture; those that came unasked before are dropped
  const frame = async () => {
    for (let k = heard.length - 1; k >= 0; k--) if (heard[k]?.kind === "frame") heard.splice(k, 1);
    simulation.receive({ kind: "frame", buffer: null });
    return next("frame");
  };
  return { simulation, next, frame, heard };
}
