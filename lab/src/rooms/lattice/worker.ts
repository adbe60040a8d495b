/** The worker of the simulation. */
import type { FromSimulation, ToSimulation } from "./simulation/messages.ts";
import { createSimulation } from "./simulation/simulation.ts";

const scope = globalThis as unknown as DedicatedWorkerGlobalScope;
const simulation = createSimulation((message: FromSimulation, transfer = []) =>
  scope.postMessage(message, transfer),
);
scope.addEventListener("message", ({ data }: MessageEvent<ToSimulation>) => simulation.receive(data));
