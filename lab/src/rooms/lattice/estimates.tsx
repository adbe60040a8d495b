/** Running estimates with errors beside exact values, and what they rest on. */
import type { JSX } from "preact";
import type { Estimate } from "../../../../src/base/index.ts";
import { formatEstimate, formatNumber } from "../../../../src/figures/basics/index.ts";
import type { FigureTable } from "../../../../src/figures/index.ts";
import { exactPoint, transitions } from "./exact/client.ts";
import type { ExactQuantity } from "./exact/messages.ts";
import { estimates, numbers } from "./run/index.ts";
import { MOST_MEASUREMENTS } from "./simulation/limits.ts";
import { specOf, state } from "./state.ts";

interface Row {
  readonly label: string;
  readonly estimate: Estimate;
  readonly exact: { readonly value: number; readonly method: string } | null;
}

/** Rows of the table as they are now. */
export function estimateRows(): Row[] {
  const found = estimates.value;
  if (found === null) return [];
  const { estimates: e, temperature } = found;
  const isSymmetric = state.field.value === 0 && specOf().boundary !== "wired";
  const known = exactPoint.value?.temperature === temperature ? exactPoint.value.values : {};
  const row = (label: string, estimate: Estimate, quantity?: ExactQuantity): Row => ({
    label,
    estimate,
    exact: (quantity === undefined ? undefined : known[quantity]) ?? null,
  });
  return [
    row("energy u", e.energy, "energy"),
    row("heat capacity c", e.heatCapacity, "heatCapacity"),
    row(isSymmetric ? "order ⟨|m|⟩" : "order ⟨m⟩", e.magnetization, "magnetization"),
    ...(isSymmetric ? [] : [row("central spin ⟨s₀⟩", e.centralMagnetization, "centralMagnetization")]),
    row("susceptibility χ", e.susceptibility),
    row("Binder cumulant", e.binder),
    row("τ of the energy", e.tauEnergy),
    row("τ of the order", e.tauMagnetization),
  ];
}

/** Deviation in standard errors, where both are known. */
function deviationOf({ estimate, exact }: Row): number | null {
  if (exact === null || !estimate.stderr || exact.method.includes("infinite")) return null;
  return (estimate.value - exact.value) / estimate.stderr;
}

/** The table for files. */
export function estimateTable(): FigureTable | null {
  const rows = estimateRows();
  if (rows.length === 0) return null;
  return {
    columns: ["quantity", "estimate", "standard error", "exact", "method of the exact value"],
    rows: rows.map(({ label, estimate, exact }) => [
      label,
      estimate.value,
      estimate.stderr,
      exact?.value ?? null,
      exact?.method ?? "",
    ]),
  };
}

/** The panel. */
export function Estimates(): JSX.Element {
  const rows = estimateRows();
  const found = estimates.value;
  const reason = exactPoint.value?.reason ?? null;
  return (
    <section class="panel lattice-estimates" aria-labelledby="lattice-estimates">
      <h2 id="lattice-estimates">Estimates</h2>
      {rows.length === 0 ? (
        <Waiting />
      ) : (
        <table data-measured={found?.measured}>
          <thead>
            <tr>
              <th scope="col">per site</th>
              <th scope="col">measured</th>
              <th scope="col">exact</th>
              <th scope="col" title="deviation in standard errors">
                Δ/σ
              </th>
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => {
              const deviation = deviationOf(row);
              return (
                <tr key={row.label}>
                  <th scope="row">{row.label}</th>
                  <td>{formatEstimate(row.estimate)}</td>
                  <td title={row.exact?.method}>
                    {row.exact === null ? "" : formatNumber(row.exact.value)}
                    {row.exact?.method.includes("infinite") ? "∞" : ""}
                  </td>
                  <td>
                    {deviation === null
                      ? ""
                      : `${deviation < 0 ? "−" : "+"}${Math.abs(deviation).toFixed(1)}`}
                  </td>
                </tr>
              );
            })}
          </tbody>
        </table>
      )}
      <Basis />
      <ExactLine reason={reason} />
      <Transitions />
    </section>
  );
}

function Waiting(): JSX.Element {
  const now = numbers.value;
  const before = state.thermalization.value;
  return (
    <p class="soft">
      {now === null || now.sweeps === 0
        ? `Run it: after ${before} sweeps measuring begins.`
        : `${now.measured} measurements so far; estimates begin at 32, after ${before} sweeps without measuring.`}
    </p>
  );
}

/** How much was measured, and whether that is enough. */
function Basis(): JSX.Element | null {
  const found = estimates.value;
  const now = numbers.value;
  if (found === null || now === null) return null;
  const notes = [
    `${found.measured.toLocaleString("en")} measurements at T = ${formatNumber(found.temperature)}`,
    ...(found.measured >= MOST_MEASUREMENTS ? ["the most that are kept: the numbers are final"] : []),
    ...(found.estimates.converged ? [] : ["short for its autocorrelation time: errors may be too small"]),
    ...(now.isFresh
      ? []
      : ["went on from another temperature; rewind (b) for the run that the link repeats"]),
  ];
  return <p class="soft">{notes.join("; ")}.</p>;
}

function ExactLine({ reason }: { readonly reason: string | null }): JSX.Element | null {
  const methods = new Set(estimateRows().flatMap(({ exact }) => (exact === null ? [] : [exact.method])));
  if (methods.size === 0 && reason === null) return null;
  return (
    <p class="soft">
      {methods.size > 0 && `Exact: ${[...methods].join("; ")}. `}
      {reason !== null && `${methods.size > 0 ? "No more" : "None"}: ${reason}.`}
    </p>
  );
}

function Transitions(): JSX.Element | null {
  const { list, reason } = transitions.value;
  if (list.length === 0) return null;
  return (
    <>
      <h3>Where it orders</h3>
      <dl class="lattice-transitions">
        {list.map(({ label, temperature, isOwn }) => (
          <div key={label} class={isOwn ? "own" : undefined}>
            <dt>{label}</dt>
            <dd>T = {formatEstimate(temperature)}</dd>
          </div>
        ))}
      </dl>
      {reason !== null && <p class="soft">{reason}.</p>}
    </>
  );
}
