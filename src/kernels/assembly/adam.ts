// One Adam step (Kingma and Ba 2015) in place: one pass over memory, four elements at a time, every operation rounded by
// itself as in a plain loop of single-precision numbers.

/** The first byte behind the module's own data. */
export function freeAt(): usize {
  return __heap_base;
}

/** m <- beta1 m + g, v <- beta2 v + g^2, p <- p - rate m / (sqrt v + epsilon) for `length` elements from 16-byte borders. */
export function adamStep(
  p: usize,
  m: usize,
  v: usize,
  g: usize,
  length: i32,
  rate: f32,
  epsilon: f32,
  beta1: f32,
  beta2: f32,
): void {
  const decay1 = f32x4.splat(beta1);
  const decay2 = f32x4.splat(beta2);
  const rates = f32x4.splat(rate);
  const epsilons = f32x4.splat(epsilon);
  // arrays end on 16-byte borders too: the elements behind the last one belong to nobody
  for (const end = p + ((<usize>length) << 2); p < end; p += 16, m += 16, v += 16, g += 16) {
    const gradient = v128.load(g);
    const mean = f32x4.add(f32x4.mul(decay1, v128.load(m)), gradient);
    const square = f32x4.add(f32x4.mul(decay2, v128.load(v)), f32x4.mul(gradient, gradient));
    v128.store(m, mean);
    v128.store(v, square);
    const size = f32x4.add(f32x4.sqrt(square), epsilons);
    v128.store(p, f32x4.sub(v128.load(p), f32x4.div(f32x4.mul(mean, rates), size)));
  }
}
