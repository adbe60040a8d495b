/** What the graphics card keeps of a tiling: its polygon in levels of detail, layers of cells, colours of layers. */
import { STRIDE } from "./cells.ts";
import { type DiscScene, layerColor } from "./scene.ts";

/** A polygon, and buffers for its many places. */
export interface Level {
  readonly array: WebGLVertexArrayObject;
  readonly motions: WebGLBuffer;
  readonly ids: WebGLBuffer;
  readonly vertices: number;
}

/** A level of detail from the triangles of its polygon. */
export function makeLevel(gl: WebGL2RenderingContext, fan: Float32Array): Level {
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

/** Gives its buffers back. */
export function dropLevel(gl: WebGL2RenderingContext, { array, motions, ids }: Level): void {
  gl.deleteVertexArray(array);
  gl.deleteBuffer(motions);
  gl.deleteBuffer(ids);
}

/** The layer of each cell. */
export function layerBytes({ cells, layerStart }: DiscScene): Uint8Array {
  const bytes = new Uint8Array(cells.count);
  for (let layer = 0; layer + 1 < layerStart.length; layer++)
    bytes.fill(layer, layerStart[layer] as number, layerStart[layer + 1] as number);
  return bytes;
}

/** A texture with the colour of each layer. */
export function writePalette(gl: WebGL2RenderingContext, texture: WebGLTexture | null, layers: number): void {
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
