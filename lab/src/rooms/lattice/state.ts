/** What the Lattice room shows: the lattice, the simulation on it, and how it is looked at. */
import { choiceField, createState, numberField } from "../../state/index.ts";
import { cameraField } from "./picture/camera.ts";
import type { LatticeSpec } from "./plan.ts";

/** State of the room. */
export const state = createState({
  kind: choiceField("k", "tiling", ["tiling", "square"] as const),
  size: numberField("l", 128, { min: 16, max: 1024, integer: true }),
  p: numberField("p", 7, { min: 3, max: 40, integer: true }),
  q: numberField("q", 3, { min: 3, max: 40, integer: true }),
  layers: numberField("n", 7, { min: 1, max: 40, integer: true }),
  by: choiceField("by", "edge", ["edge", "vertex"] as const),
  patchBoundary: choiceField("b", "free", ["free", "wired"] as const),
  squareBoundary: choiceField("e", "periodic", ["periodic", "free", "wired"] as const),
  temperature: numberField("t", 3, { min: 0.05, max: 100 }),
  field: numberField("h", 0, { min: -20, max: 20 }),
  algorithm: choiceField("a", "heat-bath", ["metropolis", "heat-bath", "wolff", "swendsen-wang"] as const),
  start: choiceField("s", "disordered", ["ordered", "disordered"] as const),
  seed: numberField("r", 1, { min: 0, max: 2 ** 32 - 1, integer: true }),
  thermalization: numberField("w", 200, { min: 0, max: 1e6, integer: true }),
  pace: choiceField("f", "1", ["1", "4", "16", "fastest"] as const),
  show: choiceField("c", "spins", ["spins", "layers"] as const),
  cells: choiceField("d", "cells", ["cells", "both", "dual"] as const),
  model: choiceField("m", "poincare", ["poincare", "klein"] as const),
  camera: cameraField("v"),
  scanPoints: numberField("g", 17, { min: 3, max: 101, integer: true }),
  scanSweeps: numberField("y", 2000, { min: 64, max: 1e6, integer: true }),
});

/** The lattice that the state asks for; follows its signals. */
export function specOf(): LatticeSpec {
  return state.kind.value === "square"
    ? { kind: "square", size: state.size.value, boundary: state.squareBoundary.value }
    : {
        kind: "tiling",
        p: state.p.value,
        q: state.q.value,
        layers: state.layers.value,
        by: state.by.value,
        boundary: state.patchBoundary.value,
      };
}
