/** What the shell needs to know about the Lattice room. */
import { copyText } from "../../figure/index.ts";
import type { Room } from "../../room.ts";
import { HOME } from "./picture/camera.ts";
import { clearPoints } from "./points.ts";
import { programSpec } from "./program.ts";
import { codeOf, commandOf } from "./program-text.ts";
import { inspect, play, restart, rewind, step } from "./run/index.ts";
import { scanCommand, startScan, toggleScan } from "./scan/client.ts";
import { keepSnapshot } from "./snapshots.tsx";
import { state } from "./state.ts";
import { View } from "./view.tsx";

/** The Lattice room. */
export const room: Room = {
  name: "lattice",
  title: "Lattice",
  summary:
    "Ising spins on the square lattice and on tilings of the hyperbolic plane, with exact answers beside them.",
  state,
  View,
  commandLine: () => commandOf(programSpec(), state.show.peek()),
  code: () => codeOf(programSpec(), state.show.peek()),
  shortcuts: [
    { key: " ", does: "Run or pause", run: () => play() },
    { key: ".", does: "One sweep", run: () => step() },
    { key: "t", does: "Scan temperatures, or end the scan", run: toggleScan },
    { key: "b", does: "Back to the first sweep", run: rewind },
    { key: "0", does: "The whole disc, first cell in the middle", run: () => state.camera.commit(HOME) },
  ],
  commands: [
    { name: "Run 100 sweeps", run: () => step(100) },
    { name: "Keep a snapshot", run: () => void keepSnapshot() },
    { name: "Scan temperatures", run: startScan },
    { name: "Copy the command of the scan", run: () => void copyText(scanCommand(), "command of the scan") },
    { name: "Forget measured points", run: clearPoints },
    { name: "Pick no cell", run: () => inspect(null) },
  ],
  reset: () => {
    state.reset();
    clearPoints();
    restart();
  },
  cancel: () => play(false),
};
