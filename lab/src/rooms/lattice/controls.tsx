/** What a person chooses: the lattice, the temperature, the simulation, the view. */
import { useComputed } from "@preact/signals";
import type { JSX } from "preact";
import { formatNumber } from "../../../../src/figures/basics/index.ts";
import { Choice, NumberEntry, Slider } from "../../controls/index.ts";
import { orderingTemperature, temperatureRange } from "./exact/client.ts";
import { size } from "./plan.ts";
import { lattice, plan } from "./run/index.ts";
import { state } from "./state.ts";
import { warpAround } from "./warp.ts";

/** The panel beside the picture. */
export function Controls(): JSX.Element {
  return (
    <div class="panel controls lattice-controls">
      <LatticeControls />
      <SimulationControls />
      <ViewControls />
    </div>
  );
}

function LatticeControls(): JSX.Element {
  const isTiling = state.kind.value === "tiling";
  return (
    <section class="controls" aria-labelledby="lattice-lattice">
      <h2 id="lattice-lattice">Lattice</h2>
      <Choice label="kind" field={state.kind} words={{ tiling: "hyperbolic {p,q}", square: "square" }} row />
      {isTiling ? (
        <>
          <Slider label="p, edges of a cell" field={state.p} step={1} range={[3, 12]} />
          <Slider label="q, cells round a vertex" field={state.q} step={1} range={[3, 12]} />
          <Slider label="layers" field={state.layers} step={1} range={[1, 12]} />
          <Choice
            label="a layer touches the one before by"
            field={state.by}
            words={{ edge: "an edge", vertex: "a vertex" }}
            row
          />
          <Choice label="boundary" field={state.patchBoundary} words={{ wired: "wired, all up" }} row />
        </>
      ) : (
        <>
          <Slider label="side" field={state.size} step={0.05} log />
          <Choice label="boundary" field={state.squareBoundary} words={{ wired: "wired, all up" }} row />
        </>
      )}
      <PlanLine />
    </section>
  );
}

/** What the lattice will cost, or why it is refused. */
export function PlanLine(): JSX.Element {
  const found = plan.value;
  if (found.kind === "refused")
    return (
      <div class="reason" role="alert">
        <p>{found.message}.</p>
        <p>What to do: {found.hint}.</p>
      </div>
    );
  const built = lattice.value;
  const layers = found.perLayer.length;
  return (
    <p class="soft" data-plan={found.cells}>
      {found.cells.toLocaleString("en")}{" "}
      {layers === 0 ? "sites" : `cells in ${layers} ${layers === 1 ? "layer" : "layers"}`}
      {built?.name === found.name && `, ${built.bonds.toLocaleString("en")} bonds`}, about {size(found.bytes)}
    </p>
  );
}

/** The slider under the picture: what is turned most. */
export function Temperature(): JSX.Element {
  const warp = useComputed(() => {
    const [low, high] = temperatureRange.value;
    return warpAround(Math.min(high * 0.9, Math.max(low * 1.1, orderingTemperature.value)), [low, high]);
  });
  return (
    <div class="lattice-temperature">
      <Slider
        label="temperature T in J / k"
        field={state.temperature}
        step={0.01}
        range={temperatureRange.value}
        warp={warp.value}
      />
      <p class="soft">
        finest near T = {formatNumber(orderingTemperature.value, 4)}, where this lattice orders
      </p>
    </div>
  );
}

function SimulationControls(): JSX.Element {
  return (
    <section class="controls" aria-labelledby="lattice-simulation">
      <h2 id="lattice-simulation">Simulation</h2>
      <Choice
        label="algorithm"
        field={state.algorithm}
        words={{
          metropolis: "Metropolis",
          "heat-bath": "heat bath",
          wolff: "Wolff clusters",
          "swendsen-wang": "Swendsen-Wang clusters",
        }}
      />
      <Slider label="field h in J" field={state.field} step={0.01} range={[-2, 2]} />
      <Choice
        label="start"
        field={state.start}
        words={{ ordered: "cold, all up", disordered: "random" }}
        row
      />
      <NumberEntry label="seed" field={state.seed} />
      <NumberEntry label="sweeps before measuring" field={state.thermalization} />
    </section>
  );
}

function ViewControls(): JSX.Element | null {
  if (state.kind.value !== "tiling") return null;
  return (
    <section class="controls" aria-labelledby="lattice-view">
      <h2 id="lattice-view">View</h2>
      <Choice label="colour" field={state.show} row />
      <Choice label="tiling" field={state.cells} words={{ both: "with dual" }} row />
      <Choice label="model" field={state.model} words={{ poincare: "Poincaré", klein: "Klein" }} row />
    </section>
  );
}
