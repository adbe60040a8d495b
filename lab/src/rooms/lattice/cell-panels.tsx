/** Panels about cells: the one that was picked, and how many each layer has. */
import type { JSX } from "preact";
import { inspect, lattice, numbers, picked, spins } from "./run/index.ts";

/** The picked cell. */
export function Picked(): JSX.Element | null {
  const cell = picked.value;
  if (cell === null) return null;
  const { site, layer, isRim, neighbours } = cell;
  const spin = spins.data === null ? cell.spin : numbers.value && (spins.data[site] as number) > 127 ? 1 : -1;
  return (
    <section class="panel" aria-labelledby="lattice-picked" data-picked={site}>
      <div class="frame-head">
        <h2 id="lattice-picked">Cell {site}</h2>
        <button type="button" class="quiet" onClick={() => inspect(null)}>
          Close
        </button>
      </div>
      <dl class="numbers">
        <div>
          <dt>spin</dt>
          <dd>{spin > 0 ? "+1, up" : "−1, down"}</dd>
        </div>
        <div>
          <dt>distance from the centre</dt>
          <dd>
            {layer}
            {isRim ? ", on the rim" : ""}
          </dd>
        </div>
        <div>
          <dt>neighbours</dt>
          <dd class="lattice-neighbours">
            {neighbours.map((other) => (
              <button type="button" class="quiet" key={other} onClick={() => inspect(other)}>
                {other}
              </button>
            ))}
          </dd>
        </div>
      </dl>
    </section>
  );
}

/** Cells in each layer. */
export function Layers(): JSX.Element | null {
  const built = lattice.value;
  if (built === null || built.picture.kind !== "tiling") return null;
  const { perLayer } = built.picture;
  let sum = 0;
  return (
    <details class="panel lattice-layers">
      <summary>Cells in each layer</summary>
      <table>
        <thead>
          <tr>
            <th scope="col">layer</th>
            <th scope="col">cells</th>
            <th scope="col">in all</th>
            <th scope="col">ratio</th>
          </tr>
        </thead>
        <tbody>
          {perLayer.map((cells, layer) => {
            sum += cells;
            const before = perLayer[layer - 1];
            return (
              <tr key={`${layer} ${cells}`}>
                <td>{layer}</td>
                <td>{cells.toLocaleString("en")}</td>
                <td>{sum.toLocaleString("en")}</td>
                <td>{before === undefined ? "" : (cells / before).toFixed(4)}</td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </details>
  );
}
