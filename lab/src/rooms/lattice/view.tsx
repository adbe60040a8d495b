/** The Lattice room as it is seen. */
import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useCallback, useEffect } from "preact/hooks";
import type { FigureTable } from "../../../../src/figures/index.ts";
import { CanvasFrame } from "../../figure/index.ts";
import { prefersReducedMotion } from "../../theme.ts";
import { Layers, Picked } from "./cell-panels.tsx";
import { Controls, Temperature } from "./controls.tsx";
import { CurveFigure } from "./curve-figure.tsx";
import { Estimates, estimateTable } from "./estimates.tsx";
import { connectExact } from "./exact/client.ts";
import { drawPicture } from "./exact/drawing.ts";
import { HOME } from "./picture/camera.ts";
import { Picture } from "./picture/picture.tsx";
import { programSpec } from "./program.ts";
import { connect, estimates, lattice, numbers, restart, spins, status } from "./run/index.ts";
import { connectScan } from "./scan/client.ts";
import { Snapshots } from "./snapshots.tsx";
import { state } from "./state.ts";
import { TracePlot } from "./trace-plot.tsx";
import { Transport } from "./transport.tsx";
import "./lattice.css";

/** The room. */
export function View(): JSX.Element {
  useEffect(() => {
    const stops = [connect(!prefersReducedMotion()), connectExact(), connectScan()];
    return () => {
      for (const stop of stops) stop();
    };
  }, []);
  return (
    <div class="lattice-room">
      <Controls />
      <div class="stack lattice-middle">
        <PictureFrame />
        <TracePlot />
      </div>
      <div class="stack lattice-side">
        <Estimates />
        <Picked />
        <Layers />
        <CurveFigure />
      </div>
    </div>
  );
}

function PictureFrame(): JSX.Element {
  const drawnBy = useSignal<string | null>(null);
  const note = useCallback(
    (text: string | null) => {
      drawnBy.value = text;
    },
    [drawnBy],
  );
  const isTiling = state.kind.value === "tiling";
  const title = isTiling
    ? `{${state.p.value},${state.q.value}} on the ${state.model.value === "klein" ? "Klein" : "Poincaré"} disc`
    : `square lattice, ${state.size.value} × ${state.size.value}`;
  const caption =
    state.show.value === "spins" || !isTiling
      ? "Blue spins are up, orange ones down. Drag to move, wheel to enlarge, click a cell."
      : "Cells coloured by layer. Drag to move, wheel to enlarge, click a cell.";
  return (
    <CanvasFrame
      name={isTiling ? "tiling-spins" : "square-spins"}
      title={title}
      caption={caption}
      table={configurationTable}
      data={exportData}
      parameters={() => ({ ...programSpec(), temperature: numbers.peek()?.temperature ?? null })}
      svg={drawPicture}
      tools={
        <button type="button" class="quiet" onClick={() => state.camera.commit(HOME)}>
          Centre
        </button>
      }
    >
      <div class="lattice-stage">
        <Picture label={`${title}: arrow keys move the view`} note={note} />
        <Condition />
      </div>
      {drawnBy.value !== null && (
        <p class="soft" data-fallback>
          {drawnBy.value}
        </p>
      )}
      <Temperature />
      <Transport />
      <Snapshots />
    </CanvasFrame>
  );
}

/** What is said over the picture while there is none. */
function Condition(): JSX.Element | null {
  const now = status.value;
  switch (now.kind) {
    case "ready":
    case "idle":
      return null;
    case "building":
      return lattice.value === null ? <p class="lattice-over">building the lattice …</p> : null;
    case "refused":
      return <p class="lattice-over">This lattice is not built: see the reason beside its controls.</p>;
    default:
      return (
        <div class="lattice-over" role="alert">
          <p>{now.message}</p>
          {now.hint !== undefined && <p class="soft">{now.hint}</p>}
          <button type="button" onClick={restart}>
            Try again
          </button>
        </div>
      );
  }
}

/** Sites beyond which a table lists counts only. */
const MOST_ROWS = 2 ** 16;

function configurationTable(): FigureTable | null {
  const built = lattice.peek();
  const shown = spins.data;
  if (built === null || shown === null || shown.length !== built.sites) return null;
  if (shown.length > MOST_ROWS) {
    const up = shown.reduce((sum, byte) => sum + (byte > 127 ? 1 : 0), 0);
    return {
      columns: ["spin", "sites"],
      rows: [
        [1, up],
        [-1, built.sites - up],
      ],
    };
  }
  return {
    columns: ["site", "spin"],
    rows: Array.from(shown, (byte, site) => [site, byte > 127 ? 1 : -1]),
  };
}

/** Spins and estimates for JSON. */
function exportData(): unknown {
  return {
    lattice: lattice.peek()?.name ?? null,
    numbers: numbers.peek(),
    spins: spins.data === null ? null : Array.from(spins.data, (byte) => (byte > 127 ? 1 : -1)),
    estimates: estimates.peek(),
    estimateTable: estimateTable(),
  };
}
