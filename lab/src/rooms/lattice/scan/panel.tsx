/** The scan below its figure: how many temperatures, how long at each, and how it stands. */
import type { JSX } from "preact";
import { formatNumber } from "../../../../../src/figures/basics/index.ts";
import { NumberEntry } from "../../../controls/index.ts";
import { JobStatus } from "../../../jobs/index.ts";
import { state } from "../state.ts";
import { isScanning, lastScan, scanJob, scanMethod, startScan } from "./client.ts";

/** Controls and state of the scan. */
export function ScanPanel(): JSX.Element {
  return (
    <section class="panel controls lattice-scan" aria-labelledby="lattice-scan">
      <h3 id="lattice-scan">Scan of temperatures</h3>
      <div class="lattice-scan-lengths">
        <NumberEntry label="temperatures" field={state.scanPoints} />
        <NumberEntry label="sweeps of each" field={state.scanSweeps} />
      </div>
      <p class="soft">
        {scanMethod().algorithm === "wolff"
          ? "With Wolff clusters, which reach equilibrium at every temperature, each from a cold start."
          : `With heat bath, each from a ${scanMethod().start === "ordered" ? "cold" : "random"} start.`}
      </p>
      {!isScanning() && (
        <button type="button" onClick={startScan} title="Scan (t)">
          Scan round where it orders
        </button>
      )}
      <JobStatus job={scanJob} what="the scan" />
      <Outcome />
    </section>
  );
}

/** What was measured, and whether that is enough. */
function Outcome(): JSX.Element | null {
  const now = scanJob.status.value;
  const scan = lastScan.value;
  if (scan === null || (now.kind !== "done" && now.kind !== "cancelled")) return null;
  const points = now.kind === "done" ? now.result.points : (now.partial?.points ?? []);
  const { temperatures, sweeps } = scan.request;
  const low = formatNumber(Math.min(...temperatures), 4);
  const high = formatNumber(Math.max(...temperatures), 4);
  const short = points.filter(({ estimates }) => !estimates.converged).length;
  const count = `${points.length} of ${temperatures.length} temperatures from ${low} to ${high}`;
  const length = `${sweeps.toLocaleString("en")} ${sweeps === 1 ? "sweep" : "sweeps"} each`;
  return (
    <p class="soft" data-scanned={points.length}>
      {count}, {length}
      {short > 0 &&
        `; ${short} ${short === 1 ? "is" : "are"} short for the autocorrelation time there: errors may be too small`}
      .
    </p>
  );
}
