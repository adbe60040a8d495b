/** Shaders of the disc: cells carried to their places by motions of the plane, and what lies behind them. */

export const VERTEX: string = `
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

export const FRAGMENT: string = `
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

export const DISC_VERTEX: string = `
uniform vec2 middle, scale;
out vec2 z;
void main() {
  vec2 corner = vec2(gl_VertexID % 2, gl_VertexID / 2) * 2.0 - 1.0;
  gl_Position = vec4(corner, 0.0, 1.0);
  z = corner / scale + middle;
}`;
export const DISC_FRAGMENT: string = `
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
