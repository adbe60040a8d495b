/** The page's side of the simulation. */
export { connect, inspect, play, restart, rewind, showPast, step } from "./control.ts";
export { requestPicture } from "./link.ts";
export {
  type ClientStatus,
  estimates,
  isRunning,
  keyOfCurve,
  lattice,
  numbers,
  onPicture,
  pastSweep,
  picked,
  plan,
  spins,
  status,
  trace,
} from "./signals.ts";
