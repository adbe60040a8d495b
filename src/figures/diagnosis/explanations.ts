/** How each figure is computed: the formulas, and what they assume. */

/** Formulas and assumptions of one figure. */
export interface Explanation {
  /** One formula or statement a line, in plain text. */
  readonly formulas: readonly string[];
  readonly assumptions: readonly string[];
}

const WIDE = "Layers are wide: fluctuations of order 1 / width are left out.";
const RANDOM = "Weights and biases are independent random draws; a trained network is another matter.";
const Z = "z is a standard normal; φ the activation; E the mean over z, by Gauss quadrature.";

/** By name of the figure. */
const EXPLANATIONS: Readonly<Record<string, Explanation>> = {
  "phase-diagram": {
    formulas: [
      "Length at the fixed point: q* = σ_w² E[φ(√q* z)²] + σ_b²",
      "Growth of squared gradients per layer: χ₁ = σ_w² E[φ′(√q* z)²]; the critical line is χ₁ = 1",
      "Depth scale: ξ_c = −1 / ln χ_c*, with χ_c* = σ_w² E[φ′(u₁) φ′(u₂)] for normal u of variance q* and correlation c*",
      Z,
    ],
    assumptions: [WIDE, RANDOM, "All layers have the same variances and activation."],
  },
  length: {
    formulas: [
      "Theory: q₁ = σ_w² · mean(x²) + σ_b², then q of the next layer = σ_w² E[φ(√q z)²] + σ_b²",
      "Measured: mean of the squared pre-activations over units, inputs and random draws",
      Z,
    ],
    assumptions: [WIDE, RANDOM],
  },
  correlation: {
    formulas: [
      "Theory: q c of the next layer = σ_w² E[φ(u₁) φ(u₂)] + σ_b², for normal u₁, u₂ of variance q and correlation c",
      "Measured: mean over pairs of inputs of h·h′ / (|h| |h′|), h the pre-activations of a layer",
      "Near c = 1 the difference 1 − c is multiplied by χ₁ = σ_w² E[φ′(√q z)²] in each layer",
    ],
    assumptions: [
      WIDE,
      RANDOM,
      "Theory starts from the mean cosine of the inputs; their spread is left out.",
    ],
  },
  gradient: {
    formulas: [
      "Theory: |∂L/∂h|² of a layer is χ times that of the layer behind it, χ = σ_w² E[φ′(√q z)²] with the σ_w² of the layer behind",
      "Measured: sum of (∂L/∂h)² over units, mean over inputs, L a random linear function of the output, divided by that of the last layer",
      Z,
    ],
    assumptions: [
      WIDE,
      "Weights that carry gradients back are independent of those that carry signals forward.",
    ],
  },
  "jacobian-spectrum": {
    formulas: [
      "J = ∂h_last / ∂h_first between the first and the last hidden layer; s are its singular values",
      "Mean: E[s²] = product of χ = σ_w² E[φ′(√q z)²] over the layers between",
      "Relative variance of s²: sum over layers of E[φ′⁴] / E[φ′²]² − 1, plus 1 for each Gaussian weight matrix, plus 0 for an orthogonal one",
      "Density: free product of the layers by S-transforms, solved for each s²",
      "Bins of equal width in log₁₀ s²: the square root of the count of values, at most 40",
    ],
    assumptions: [
      WIDE,
      "Weights of different layers are free of each other.",
      "The density is that of layers of equal width at q*.",
    ],
  },
  "flow-curve": {
    formulas: [
      "Decoder g_l of one layer: minimises the mean of (g_l(x_l) − x_{l−1})² with x_l = f_l(x_{l−1}), the network unchanged",
      "Reconstruction from depth l: R_l = g_1(g_2(… g_l(x_l)))",
      "Gram entropy: rows of R_l centred and brought to length 1, ρ = R Rᵀ / n with eigenvalues λ; S = −Σ λ ln λ / ln n",
      "Theory of the activations: entropy of the matrix of correlations that the mean-field maps make of the inputs",
    ],
    assumptions: ["What a decoder of one layer cannot undo counts as lost.", WIDE],
  },
  "flow-scan": {
    formulas: [
      "One cascade of decoders for each column; R_l = g_1(g_2(… g_l(x_l))) for all depths l of it",
      "S = −Σ λ ln λ / ln n over the eigenvalues λ of the Gram matrix of R_l, mean over draws",
      "ξ_c = −1 / ln χ_c*, with χ_c* = σ_w² E[φ′(u₁) φ′(u₂)] for normal u of variance q* and correlation c*",
    ],
    assumptions: ["A network of depth l keeps what the first l blocks of a deeper one keep.", RANDOM],
  },
  residuals: {
    formulas: [
      "r = (measured − theory) / standard error, the error from n values",
      "Drawn: the z with Φ(z) = T(r), T being Student's t distribution with n − 1 degrees of freedom, Φ the normal one",
    ],
    assumptions: [
      "The n values are independent and nearly normal; their mean is then distributed by Student's t.",
      "Layers are not independent of each other: the shares hold on average over many networks.",
    ],
  },
};

/** The explanation of a figure by its name; null for an unknown one. */
export function explanationOf(name: string): Explanation | null {
  return EXPLANATIONS[name] ?? null;
}
