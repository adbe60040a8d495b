/** Names a recovered expression: the known activation it equals, or the expression itself. */
import { activationNames, resolveActivation } from "../activations/index.ts";

/** Constants in files are float32, and exporters round sqrt 2 in several ways. */
const tolerance = 2e-6;
const probes: readonly number[] = Array.from({ length: 97 }, (_, k) => (k - 48) / 8 + 1 / 64);
/** Slopes of max(x, a x) are read off here. */
const leakyForm = /^\(relu\(x\)-(\S+)\*relu\(-x\)\)$/;

/**
 * The name of the activation that equals `expression` on [-6, 6] to float32 accuracy; the expression when none does;
 * null when it is no finite function there.
 */
export function nameActivation(expression: string): string | null {
  const leaky = leakyForm.exec(expression);
  if (leaky !== null) return `leaky-relu:${Number(leaky[1])}`;
  try {
    const { f } = resolveActivation(expression);
    const values = probes.map(f);
    const known = activationNames.find((name) => {
      const candidate = resolveActivation(name);
      return probes.every((x, k) => {
        const y = candidate.f(x);
        return Math.abs(y - (values[k] as number)) <= tolerance * Math.max(1, Math.abs(y));
      });
    });
    return known ?? withoutOuterParentheses(expression);
  } catch {
    // an expression that is not finite on [-8, 8], such as a logarithm, is not an activation
    return null;
  }
}

/** "(x*y)" as "x*y", "(x)*(y)" as it is. */
function withoutOuterParentheses(text: string): string {
  if (!text.startsWith("(") || !text.endsWith(")")) return text;
  let depth = 0;
  for (let k = 0; k < text.length - 1; k++) {
    if (text[k] === "(") depth++;
    if (text[k] === ")") depth--;
    if (depth === 0) return text;
  }
  return text.slice(1, -1);
}
