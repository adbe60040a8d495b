/** Order, energy and heat capacity over temperature: exact curves, and the points that were measured on the way. */
import type { JSX } from "preact";
import {
  drawIsingScan,
  type Figure,
  type FigureOptions,
  type ScanCurve,
} from "../../../../src/figures/index.ts";
import { FigureFrame } from "../../figure/index.ts";
import { JobStatus } from "../../jobs/index.ts";
import { curveJob, exactCurves, temperatureRange, transitions } from "./exact/client.ts";
import { nameOf } from "./plan.ts";
import { collection } from "./points.ts";
import { programSpec } from "./program.ts";
import { keyOfCurve } from "./run/index.ts";
import { ScanPanel } from "./scan/panel.tsx";
import { specOf, state } from "./state.ts";

/** The figure with its state. */
export function CurveFigure(): JSX.Element {
  const { reason } = exactCurves.value;
  return (
    <div class="stack">
      <FigureFrame
        name="ising-scan"
        title="Over temperature"
        draw={draw}
        data={() => collection.peek()}
        parameters={parametersOf}
        empty="Nothing measured yet: points appear here as you go from temperature to temperature, or all at once by a scan."
      />
      <ScanPanel />
      {curveJob.status.value.kind !== "done" && (
        <JobStatus job={curveJob} what="exact curves and transitions" />
      )}
      {reason !== null && <p class="soft">No exact curve: {reason}.</p>}
    </div>
  );
}

function draw(options: FigureOptions): Promise<Figure> | null {
  const spec = specOf();
  const isPinned = spec.boundary === "wired";
  const { key, points } = collection.value;
  const { curves } = exactCurves.value;
  const [low, high] = temperatureRange.value;
  const order = isPinned ? "centralMagnetization" : "magnetization";
  const own = key === keyOfCurve() ? points : [];
  if (own.length < 2 && curves.length === 0) return null;
  const shown = own.filter(({ temperature }) => temperature >= low && temperature <= high);
  const field = state.field.value;
  return drawIsingScan(
    {
      lattice: `${nameOf(spec)}${isPinned ? ", wired boundary" : ""}${field === 0 ? "" : `, field ${field}`}`,
      order: isPinned
        ? "<s> of the central spin"
        : field === 0
          ? "<|m|>, which is not 0 in a finite lattice"
          : "<m>",
      points: shown.map(({ temperature, estimates }) => ({
        temperature,
        energy: estimates.energy,
        heatCapacity: estimates.heatCapacity,
        magnetization: estimates[order],
      })),
      curves: curves.flatMap(({ quantity, ...curve }): ScanCurve[] => {
        if (quantity === order) return [{ ...curve, quantity: "magnetization" }];
        return quantity === "energy" || quantity === "heatCapacity" ? [{ ...curve, quantity }] : [];
      }),
      transitions:
        field === 0
          ? transitions.value.list
              .filter(({ isOwn }) => isOwn)
              .map(({ label, temperature }) => ({ label, temperature: temperature.value }))
          : [],
    },
    options,
  );
}

function parametersOf(): Readonly<Record<string, unknown>> {
  return { ...programSpec() };
}
