/** The disc by WebGL2: regular polygons, many at a time, taken to their places by motions in the vertex shader. */
import { scaleOf } from "./camera.ts";
import { type Batch, type Cells, createSelector, EDGE_PIECES, polygonFan, STRIDE } from "./cells.ts";
import { type ByteTexture, makeBytes, makeProgram } from "./gl.ts";
import { type DiscScene, layerColor, type Rgb, type Scene } from "./scene.ts";

const VERTEX = `
layout(location = 0) in vec3 corner;
layout(location = 1) in vec4 motion;
layout(location = 2) in float radius;
layout(location = 3) in uint id;
uniform vec2 middle, scale;
uniform bool isKlein;
uniform int width;
uniform sampler2D spins, layers;
uniform bool showsSpins;
out float edge;
flat out float size, value;
vec2 times(vec2 u, vec2 v) { return vec2(u.x * v.x - u.y * v.y, u.x * v.y + u.y * v.x); }
void main() {
  vec2 a = motion.xy, b = motion.zw;
  vec2 top = times(a, corner.xy) + b;
  vec2 bottom = times(vec2(b.x, -b.y), corner.xy) + vec2(a.x, -a.y);
  vec2 z = times(top, vec2(bottom.x, -bottom.y)) / dot(bottom, bottom);
  if (isKlein) z *= 2.0 / (1.0 + dot(z, z));
  gl_Position = vec4((z - middle) * scale, 0.0, 1.0);
  edge = corner.z;
  size = radius;
  ivec2 at = ivec2(int(id) % width, int(id) / width);
  value = showsSpins ? texelFetch(spins, at, 0).r : texelFetch(layers, at, 0).r;
}`;

const FRAGMENT = `
in float edge;
flat in float size, value;
uniform vec3 up, down, line;
uniform sampler2D palette;
uniform bool showsSpins;
uniform float fill, lineWidth, lineAlpha;
out vec4 color;
void main() {
  vec3 paint = showsSpins ? mix(down, up, value) : texelFetch(palette, ivec2(int(value * 255.0 + 0.5), 0), 0).rgb;
  // how far from the edge, in pixels
  float away = (1.0 - edge) / max(fwidth(edge), 1e-6);
  float near = (1.0 - smoothstep(lineWidth - 0.5, lineWidth + 0.5, away)) * lineAlpha * smoothstep(2.5, 9.0, size);
  float alpha = max(fill, near);
  color = vec4(mix(paint, line, fill > 0.0 ? near : 1.0), alpha);
}`;

const DISC_VERTEX = `
uniform vec2 middle, scale;
out vec2 z;
void main() {
  vec2 corner = vec2(gl_VertexID % 2, gl_VertexID / 2) * 2.0 - 1.0;
  gl_Position = vec4(corner, 0.0, 1.0);
  z = corner / scale + middle;
}`;
const DISC_FRAGMENT = `
in vec2 z;
uniform vec3 paper, rim;
uniform float pixel;
out vec4 color;
void main() {
  float r = length(z);
  float inside = 1.0 - smoothstep(1.0 - pixel, 1.0, r);
  float ring = (1.0 - smoothstep(pixel, 2.0 * pixel, abs(r - 1.0)));
  color = vec4(mix(paper, rim, ring), max(inside, ring));
}`;

/** Pixels of lines between cells, round a picked cell, round its neighbours and of the dual. */
const LINES = { cells: 0.75, picked: 3, neighbours: 1.8, dual: 1 } as const;

interface Level {
  readonly array: WebGLVertexArrayObject;
  readonly motions: WebGLBuffer;
  readonly ids: WebGLBuffer;
  readonly vertices: number;
}

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

function makeLevel(gl: WebGL2RenderingContext, fan: Float32Array): Level {
  const array = gl.createVertexArray();
  gl.bindVertexArray(array);
  const corners = gl.createBuffer();
  gl.bindBuffer(gl.ARRAY_BUFFER, corners);
  gl.bufferData(gl.ARRAY_BUFFER, fan, gl.STATIC_DRAW);
  gl.enableVertexAttribArray(0);
  gl.vertexAttribPointer(0, 3, gl.FLOAT, false, 0, 0);
  const motions = gl.createBuffer();
  gl.bindBuffer(gl.ARRAY_BUFFER, motions);
  for (const [place, size, offset] of [
    [1, 4, 0],
    [2, 1, 16],
  ] as const) {
    gl.enableVertexAttribArray(place);
    gl.vertexAttribPointer(place, size, gl.FLOAT, false, 4 * STRIDE, offset);
    gl.vertexAttribDivisor(place, 1);
  }
  const ids = gl.createBuffer();
  gl.bindBuffer(gl.ARRAY_BUFFER, ids);
  gl.enableVertexAttribArray(3);
  gl.vertexAttribIPointer(3, 1, gl.UNSIGNED_INT, 0, 0);
  gl.vertexAttribDivisor(3, 1);
  return { array, motions, ids, vertices: fan.length / 3 };
}

function dropLevel(gl: WebGL2RenderingContext, { array, motions, ids }: Level): void {
  gl.deleteVertexArray(array);
  gl.deleteBuffer(motions);
  gl.deleteBuffer(ids);
}

function layerBytes({ cells, layerStart }: DiscScene): Uint8Array {
  const bytes = new Uint8Array(cells.count);
  for (let layer = 0; layer + 1 < layerStart.length; layer++)
    bytes.fill(layer, layerStart[layer] as number, layerStart[layer + 1] as number);
  return bytes;
}

function writePalette(gl: WebGL2RenderingContext, texture: WebGLTexture | null, layers: number): void {
  const bytes = new Uint8Array(4 * 256).fill(255);
  for (let k = 0; k < 256; k++)
    bytes.set(
      layerColor(k, layers).map((c) => Math.round(255 * c)),
      4 * k,
    );
  gl.bindTexture(gl.TEXTURE_2D, texture);
  gl.pixelStorei(gl.UNPACK_ALIGNMENT, 4);
  gl.texImage2D(gl.TEXTURE_2D, 0, gl.RGBA8, 256, 1, 0, gl.RGBA, gl.UNSIGNED_BYTE, bytes);
  gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MIN_FILTER, gl.NEAREST);
  gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MAG_FILTER, gl.NEAREST);
}
