/** The picture of `tile`: the cells, their dual, refined triangles or one sector, in the model asked for. */
import { platform } from "#platform";
import { drawDual, drawTiling, drawTriangles } from "../../figures/index.ts";
import {
  type DualTiling,
  type PlaneModel,
  placeCells,
  placeInSector,
  refineTriangles,
  type SectorTiling,
  type Tiling,
  viewFrom,
} from "../../lattice/index.ts";
import type { CommandContext } from "../command.ts";

/** What to draw. */
export interface TilePicture {
  readonly model: PlaneModel;
  /** Cell to move into the middle. */
  readonly view: number | undefined;
  readonly dual: DualTiling | null;
  readonly refine: number | undefined;
  readonly sector: SectorTiling | null;
}

/** Draws a tiling and writes the file. */
export async function writePicture(
  path: string,
  tiling: Tiling,
  { model, view, dual, refine, sector }: TilePicture,
  { args, note }: CommandContext,
): Promise<void> {
  const placed = placeCells(tiling);
  const placement = view === undefined ? placed : placeCells(tiling, { view: viewFrom(placed, view) });
  const options = {
    model,
    ...(sector && { keep: (cell: number) => placeInSector(sector, cell).sector === 0 }),
  };
  const svg =
    dual !== null
      ? drawDual(dual, placement, { model })
      : refine !== undefined
        ? drawTriangles(refineTriangles(placement, refine), placement, { model })
        : drawTiling(placement, options);
  await platform.writeFile(path, svg, { overwrite: args.force === true });
  note(`wrote ${path}`);
}
