/** The painter that this browser can run: WebGL2, or the 2D canvas. */
import { createDiscPainter } from "./disc-painter.ts";
import { createFlatPainter } from "./flat-painter.ts";
import type { Painter } from "./scene.ts";
import { createSquarePainter } from "./square-painter.ts";

/** Makes a painter for a canvas that nothing was drawn into yet. */
export function createPainter(canvas: HTMLCanvasElement): Painter {
  const gl = canvas.getContext("webgl2", {
    alpha: false,
    depth: false,
    stencil: false,
    antialias: hasGraphicsCard(),
  });
  return gl === null ? createFlatPainter(canvas) : createGlPainter(gl);
}

/** Smooth edges take four times the work, which a browser that draws without a graphics card has not got. */
function hasGraphicsCard(): boolean {
  const probe = document.createElement("canvas").getContext("webgl2");
  if (probe === null) return false;
  const names = probe.getExtension("WEBGL_debug_renderer_info");
  const name = String(probe.getParameter(names?.UNMASKED_RENDERER_WEBGL ?? probe.RENDERER));
  probe.getExtension("WEBGL_lose_context")?.loseContext();
  return !/swiftshader|llvmpipe|software|basic render/i.test(name);
}

function createGlPainter(gl: WebGL2RenderingContext): Painter {
  const disc = createDiscPainter(gl);
  const square = createSquarePainter(gl);
  return {
    name: "WebGL2",
    paint(scene) {
      if (gl.isContextLost()) return;
      gl.viewport(0, 0, gl.drawingBufferWidth, gl.drawingBufferHeight);
      gl.clearColor(...scene.colors.page, 1);
      gl.clear(gl.COLOR_BUFFER_BIT);
      if (scene.lattice.kind === "tiling") disc.paint(scene, scene.lattice);
      else square.paint(scene, scene.lattice);
    },
    destroy() {
      gl.getExtension("WEBGL_lose_context")?.loseContext();
    },
  };
}
