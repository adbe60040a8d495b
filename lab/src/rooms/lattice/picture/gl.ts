/** A few words of WebGL2. */

/** A program with the places of its uniforms; throws with the compiler's words. */
export function makeProgram(
  gl: WebGL2RenderingContext,
  vertex: string,
  fragment: string,
): { readonly program: WebGLProgram; uniform(name: string): WebGLUniformLocation | null } {
  const program = gl.createProgram();
  for (const [type, source] of [
    [gl.VERTEX_SHADER, vertex],
    [gl.FRAGMENT_SHADER, fragment],
  ] as const) {
    const shader = gl.createShader(type);
    if (shader === null) throw new Error("WebGL2: the context is lost");
    gl.shaderSource(shader, `#version 300 es\nprecision highp float;\nprecision highp int;\n${source}`);
    gl.compileShader(shader);
    if (!gl.getShaderParameter(shader, gl.COMPILE_STATUS) && !gl.isContextLost())
      throw new Error(`WebGL2: ${gl.getShaderInfoLog(shader)}`);
    gl.attachShader(program, shader);
    gl.deleteShader(shader);
  }
  gl.linkProgram(program);
  if (!gl.getProgramParameter(program, gl.LINK_STATUS) && !gl.isContextLost())
    throw new Error(`WebGL2: ${gl.getProgramInfoLog(program)}`);
  const places = new Map<string, WebGLUniformLocation | null>();
  return {
    program,
    uniform(name) {
      if (!places.has(name)) places.set(name, gl.getUniformLocation(program, name));
      return places.get(name) ?? null;
    },
  };
}

/** A texture of one byte a texel, `width` wide, without smoothing. */
export interface ByteTexture {
  readonly texture: WebGLTexture;
  readonly width: number;
  /** Replaces its bytes, row by row; the last row may be shorter. */
  write(bytes: Uint8Array): void;
}

/** Makes a texture for `count` bytes; `width` where rows matter. */
export function makeBytes(
  gl: WebGL2RenderingContext,
  count: number,
  width = 2048,
  repeats = false,
): ByteTexture {
  const height = Math.max(1, Math.ceil(count / width));
  const texture = gl.createTexture();
  const bind = (): void => gl.bindTexture(gl.TEXTURE_2D, texture);
  bind();
  gl.texStorage2D(gl.TEXTURE_2D, 1, gl.R8, width, height);
  gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MIN_FILTER, gl.NEAREST);
  gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MAG_FILTER, gl.NEAREST);
  const wrap = repeats ? gl.REPEAT : gl.CLAMP_TO_EDGE;
  gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_WRAP_S, wrap);
  gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_WRAP_T, wrap);
  return {
    texture,
    width,
    write(bytes) {
      bind();
      gl.pixelStorei(gl.UNPACK_ALIGNMENT, 1);
      const whole = Math.floor(bytes.length / width);
      if (whole > 0)
        gl.texSubImage2D(gl.TEXTURE_2D, 0, 0, 0, width, whole, gl.RED, gl.UNSIGNED_BYTE, bytes, 0);
      const rest = bytes.length - whole * width;
      if (rest > 0)
        gl.texSubImage2D(gl.TEXTURE_2D, 0, 0, whole, rest, 1, gl.RED, gl.UNSIGNED_BYTE, bytes, whole * width);
    },
  };
}
