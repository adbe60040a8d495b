/** A square lattice by WebGL2: one texel a spin. On a torus the picture repeats, and dragging it is a translation. */
import { scaleOf } from "./camera.ts";
import { type ByteTexture, makeBytes, makeProgram } from "./gl.ts";
import type { Scene, SquareScene } from "./scene.ts";

const VERTEX = `
uniform vec2 middle, scale;
out vec2 at;
void main() {
  vec2 corner = vec2(gl_VertexID % 2, gl_VertexID / 2) * 2.0 - 1.0;
  gl_Position = vec4(corner, 0.0, 1.0);
  at = corner / scale + middle;
}`;

// `pixel`: sites a pixel; where it is large, a pixel shows the mean of sixteen sites
const FRAGMENT = `
in vec2 at;
uniform sampler2D spins;
uniform float size, pixel;
uniform bool isPeriodic;
uniform vec3 up, down, line, pick;
uniform vec2 picked;
out vec4 color;
float spin(vec2 site) { return texelFetch(spins, ivec2(mod(floor(site), size)), 0).r; }
void main() {
  vec2 site = (at * 0.5 + 0.5) * size;
  float inside = 1.0;
  vec2 over = max(-site, site - size);
  float beyond = max(over.x, over.y) / pixel;
  if (!isPeriodic) inside = 1.0 - smoothstep(-0.5, 0.5, beyond);
  float value = 0.0;
  if (pixel > 0.75) {
    for (int i = 0; i < 4; i++)
      for (int j = 0; j < 4; j++) value += spin(site + (vec2(i, j) - 1.5) * 0.25 * pixel) / 16.0;
  } else value = spin(site);
  vec3 paint = mix(down, up, value);
  vec2 within = abs(fract(site) - 0.5);
  float edge = (0.5 - max(within.x, within.y)) / pixel;
  paint = mix(paint, line, (1.0 - smoothstep(0.25, 1.0, edge)) * smoothstep(0.12, 0.05, pixel) * 0.8);
  if (picked.x >= 0.0) {
    vec2 away = floor(mod(floor(site) - picked + size * 1.5, size) - size * 0.5);
    float ring = max(abs(away.x), abs(away.y));
    float width = max(2.5, 0.12 / pixel);
    // small sites get a ring beside them
    if (ring == 0.0) { if (edge < width || pixel > 0.3) paint = pick; }
    else if (abs(away.x) + abs(away.y) == 1.0 && edge < width * 0.5) paint = pick;
    float around = max(abs(site.x - picked.x - 0.5), abs(site.y - picked.y - 0.5)) / pixel;
    if (pixel > 0.12 && abs(around - 9.0) < 1.2) paint = pick;
  }
  color = vec4(paint, inside);
}`;

/** Draws square scenes. */
export interface SquarePainter {
  paint(scene: Scene, square: SquareScene): void;
}

/** Prepares the program. */
export function createSquarePainter(gl: WebGL2RenderingContext): SquarePainter {
  const { program, uniform } = makeProgram(gl, VERTEX, FRAGMENT);
  const empty = gl.createVertexArray();
  let spins: ByteTexture | null = null;
  let version = -1;
  return {
    paint(scene, { size, isPeriodic }) {
      const { camera, window, pixelRatio, colors, picked } = scene;
      if (spins?.width !== size) {
        if (spins !== null) gl.deleteTexture(spins.texture);
        spins = makeBytes(gl, size * size, size, true);
        version = -1;
      }
      if (scene.spins?.length !== size * size) return;
      if (version !== scene.version) {
        spins.write(scene.spins);
        version = scene.version;
      }
      const unit = scaleOf(window, camera.zoom);
      gl.useProgram(program);
      gl.bindVertexArray(empty);
      gl.enable(gl.BLEND);
      gl.blendFuncSeparate(gl.SRC_ALPHA, gl.ONE_MINUS_SRC_ALPHA, gl.ONE, gl.ONE_MINUS_SRC_ALPHA);
      gl.bindTexture(gl.TEXTURE_2D, spins.texture);
      gl.uniform1i(uniform("spins"), 0);
      gl.uniform2f(uniform("middle"), camera.x, camera.y);
      gl.uniform2f(uniform("scale"), (2 * unit) / window.width, (2 * unit) / window.height);
      gl.uniform1f(uniform("size"), size);
      gl.uniform1f(uniform("pixel"), size / (2 * unit * pixelRatio));
      gl.uniform1i(uniform("isPeriodic"), isPeriodic ? 1 : 0);
      gl.uniform3f(uniform("up"), ...colors.up);
      gl.uniform3f(uniform("down"), ...colors.down);
      gl.uniform3f(uniform("line"), ...colors.line);
      gl.uniform3f(uniform("pick"), ...colors.pick);
      const site = picked?.site ?? -1;
      gl.uniform2f(uniform("picked"), site < 0 ? -1 : site % size, site < 0 ? -1 : Math.floor(site / size));
      gl.drawArrays(gl.TRIANGLE_STRIP, 0, 4);
    },
  };
}
