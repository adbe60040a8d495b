/** A scan of temperatures from the page: begins, goes into the collected points as it comes, ends with its model. */
import { effect, type Signal, signal, untracked } from "@preact/signals";
import { createJob, type Job } from "../../../jobs/index.ts";
import { orderingTemperature } from "../exact/client.ts";
import { collectPoints } from "../points.ts";
import { scanCommandOf } from "../program-text.ts";
import { keyOfCurve, plan } from "../run/index.ts";
import { specOf, state } from "../state.ts";
import type { ScanRequest, ScanResult } from "./messages.ts";
import { coarseFirst, temperaturesAround } from "./temperatures.ts";

/** The job of the scan. */
export const scanJob: Job<ScanRequest, ScanResult, ScanResult> = createJob(
  () => new Worker(new URL("./worker.ts", import.meta.url), { type: "module" }),
);

/** The scan that was begun last, and the curve that its points belong to. */
export const lastScan: Signal<{ readonly key: string; readonly request: ScanRequest } | null> = signal(null);

/** Whether a scan is under way. */
export function isScanning(): boolean {
  const { kind } = scanJob.status.value;
  return kind === "loading" || kind === "computing";
}

/**
 * What reaches equilibrium at all temperatures in few sweeps, whatever the run beside it does: clusters where up and down are alike, else
 * heat bath from the side that the field or the boundary favours.
 */
export function scanMethod(): Pick<ScanRequest, "algorithm" | "start"> {
  const isSymmetric = specOf().boundary !== "wired" && state.field.value === 0;
  if (isSymmetric) return { algorithm: "wolff", start: "ordered" };
  // a cold start is all up
  return { algorithm: "heat-bath", start: state.field.value < 0 ? "disordered" : "ordered" };
}

function requestOf(): ScanRequest {
  return {
    model: { lattice: specOf(), field: state.field.peek() },
    ...untracked(scanMethod),
    seed: state.seed.peek(),
    thermalization: state.thermalization.peek(),
    sweeps: state.scanSweeps.peek(),
    temperatures: coarseFirst(temperaturesAround(orderingTemperature.peek(), state.scanPoints.peek())),
  };
}

/** Begins a scan round the temperature where the lattice orders. */
export function startScan(): void {
  if (plan.peek().kind !== "fits") return;
  const request = requestOf();
  lastScan.value = { key: keyOfCurve(), request };
  void scanJob.run(request);
}

/** Begins a scan, or ends the one under way. */
export function toggleScan(): void {
  if (isScanning()) scanJob.cancel();
  else startScan();
}

/** The command of the last scan, or of the one that would begin now. */
export function scanCommand(): string {
  const { model, temperatures, ...how } = lastScan.peek()?.request ?? requestOf();
  return scanCommandOf({ ...model, ...how }, temperatures);
}

/** Takes points as they come, and ends a scan whose model is not the one on the page any more; returns how to end that. */
export function connectScan(): () => void {
  const stops = [
    effect(() => {
      const now = scanJob.status.value;
      const key = lastScan.peek()?.key;
      if (key === undefined) return;
      if (now.kind === "done") collectPoints(key, now.result.points);
      else if (now.kind === "computing" && now.partial !== undefined) collectPoints(key, now.partial.points);
    }),
    effect(() => {
      const key = keyOfCurve();
      const scanned = lastScan.peek();
      if (scanned === null || scanned.key === key) return;
      scanJob.cancel();
      lastScan.value = null;
    }),
  ];
  return () => {
    for (const stop of stops) stop();
    scanJob.close();
  };
}
