/** The disc by WebGL2: regular polygons, many at a time, taken to their places by motions in the vertex shader. */
import { scaleOf } from "./camera.ts";
import { type Batch, type Cells, createSelector, EDGE_PIECES, polygonFan, STRIDE } from "./cells.ts";
import { dropLevel, type Level, layerBytes, makeLevel, writePalette } from "./disc-buffers.ts";
import { DISC_FRAGMENT, DISC_VERTEX, FRAGMENT, VERTEX } from "./disc-shaders.ts";
import { type ByteTexture, makeBytes, makeProgram } from "./gl.ts";
import type { DiscScene, Rgb, Scene } from "./scene.ts";

/** Pixels of lines between cells, round a picked cell, round its neighbours and of the dual. */
const LINES = { cells: 0.75, picked: 3, neighbours: 1.8, dual: 1 } as const;

/** Draws disc scenes. */
export interface DiscPainter {
  paint(scene: Scene, disc: DiscScene): void;
}

/** Prepares programs and buffers. */
export function createDiscPainter(gl: WebGL2RenderingContext): DiscPainter {
  const main = makeProgram(gl, VERTEX, FRAGMENT);
  const background = makeProgram(gl, DISC_VERTEX, DISC_FRAGMENT);
  const empty = gl.createVertexArray();
  const palette = gl.createTexture();
  const selector = createSelector();
  let shapes = new Map<string, readonly Level[]>();
  let spins: ByteTexture | null = null;
  let layers: ByteTexture | null = null;
  let known: { cells: Cells | null; version: number } = { cells: null, version: -1 };

  const levelsOf = ({ p, q }: Cells): readonly Level[] => {
    const found = shapes.get(`${p},${q}`);
    if (found !== undefined) return found;
    const made = EDGE_PIECES.map((pieces) => makeLevel(gl, polygonFan(p, q, pieces)));
    shapes.set(`${p},${q}`, made);
    return made;
  };

  const prepare = (scene: Scene, disc: DiscScene): void => {
    if (known.cells !== disc.cells) {
      for (const old of [spins, layers]) if (old !== null) gl.deleteTexture(old.texture);
      for (const levels of shapes.values()) for (const level of levels) dropLevel(gl, level);
      shapes = new Map();
      spins = makeBytes(gl, disc.cells.count);
      layers = makeBytes(gl, disc.cells.count);
      layers.write(layerBytes(disc));
      writePalette(gl, palette, disc.layers);
      known = { cells: disc.cells, version: -1 };
    }
    if (known.version !== scene.version && scene.spins?.length === disc.cells.count) {
      spins?.write(scene.spins);
      known.version = scene.version;
    }
  };

  const draw = (cells: Cells, batches: readonly Batch[]): void => {
    const levels = levelsOf(cells);
    batches.forEach(({ motions, ids, count }, k) => {
      if (count === 0) return;
      const level = levels[k] as Level;
      gl.bindVertexArray(level.array);
      gl.bindBuffer(gl.ARRAY_BUFFER, level.motions);
      gl.bufferData(gl.ARRAY_BUFFER, motions.subarray(0, STRIDE * count), gl.STREAM_DRAW);
      gl.bindBuffer(gl.ARRAY_BUFFER, level.ids);
      gl.bufferData(gl.ARRAY_BUFFER, ids.subarray(0, count), gl.STREAM_DRAW);
      gl.drawArraysInstanced(gl.TRIANGLES, 0, level.vertices, count);
    });
  };

  return {
    paint(scene, disc) {
      const { camera, window, pixelRatio, colors, picked } = scene;
      prepare(scene, disc);
      const unit = scaleOf(window, camera.zoom);
      const scale: [number, number] = [(2 * unit) / window.width, (2 * unit) / window.height];
      gl.enable(gl.BLEND);
      gl.blendFuncSeparate(gl.SRC_ALPHA, gl.ONE_MINUS_SRC_ALPHA, gl.ONE, gl.ONE_MINUS_SRC_ALPHA);
      gl.useProgram(background.program);
      gl.bindVertexArray(empty);
      gl.uniform2f(background.uniform("middle"), camera.x, camera.y);
      gl.uniform2f(background.uniform("scale"), ...scale);
      gl.uniform3f(background.uniform("paper"), ...colors.paper);
      gl.uniform3f(background.uniform("rim"), ...colors.rim);
      gl.uniform1f(background.uniform("pixel"), 1 / (unit * pixelRatio));
      gl.drawArrays(gl.TRIANGLE_STRIP, 0, 4);

      gl.useProgram(main.program);
      gl.uniform2f(main.uniform("middle"), camera.x, camera.y);
      gl.uniform2f(main.uniform("scale"), ...scale);
      gl.uniform1i(main.uniform("isKlein"), disc.model === "klein" ? 1 : 0);
      gl.uniform3f(main.uniform("up"), ...colors.up);
      gl.uniform3f(main.uniform("down"), ...colors.down);
      gl.uniform1i(main.uniform("width"), spins?.width ?? 1);
      for (const [unitNumber, name, texture] of [
        [0, "spins", spins?.texture],
        [1, "layers", layers?.texture],
        [2, "palette", palette],
      ] as const) {
        gl.activeTexture(gl.TEXTURE0 + unitNumber);
        gl.bindTexture(gl.TEXTURE_2D, texture ?? null);
        gl.uniform1i(main.uniform(name), unitNumber);
      }
      gl.activeTexture(gl.TEXTURE0);
      const look = (
        showsSpins: boolean,
        fill: number,
        color: Rgb,
        lineWidth: number,
        lineAlpha: number,
      ): void => {
        gl.uniform1i(main.uniform("showsSpins"), showsSpins ? 1 : 0);
        gl.uniform1f(main.uniform("fill"), fill);
        gl.uniform3f(main.uniform("line"), ...color);
        gl.uniform1f(main.uniform("lineWidth"), lineWidth * pixelRatio);
        gl.uniform1f(main.uniform("lineAlpha"), lineAlpha);
      };
      const select = (cells: Cells): readonly Batch[] =>
        selector.select(cells, camera, disc.model, window, pixelRatio);
      const showsSpins = disc.show === "spins" && scene.spins !== null;
      look(
        showsSpins,
        disc.drawn === "dual" ? 0.25 : 1,
        colors.line,
        LINES.cells,
        disc.drawn === "dual" ? 0 : 1,
      );
      draw(disc.cells, select(disc.cells));
      if (disc.drawn !== "cells" && disc.dual.count > 0) {
        look(false, 0, colors.dual, LINES.dual, disc.drawn === "dual" ? 1 : 0.7);
        draw(disc.dual, select(disc.dual));
      }
      if (picked === null) return;
      for (const [sites, width] of [
        [picked.neighbours, LINES.neighbours],
        [[picked.site], LINES.picked],
      ] as const) {
        look(false, 0, colors.pick, width, 1);
        draw(disc.cells, select(only(disc.cells, sites)));
      }
    },
  };
}

/** A few cells as a set of their own; their numbers do not matter for lines. */
function only(cells: Cells, sites: readonly number[]): Cells {
  const motions = new Float64Array(4 * sites.length);
  sites.forEach((site, k) => {
    motions.set(cells.motions.subarray(4 * site, 4 * site + 4), 4 * k);
  });
  return { ...cells, count: sites.length, motions };
}
