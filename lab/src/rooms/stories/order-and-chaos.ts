/**
 * The first walk: why deep networks die. Numbers are those of the mean-field theory of tanh networks at bias variance 0.05
 * (Poole et al. 2016; Schoenholz et al. 2017), which the figures beside the text compute.
 */
import type { Story } from "./types.ts";

export const orderAndChaos: Story = {
  key: "order",
  title: "Why deep networks die: order and chaos",
  idea: "One number, χ₁, decides whether differences between inputs, and gradients, survive depth.",
  steps: [
    {
      title: "Two inputs become one",
      room: "phase",
      query: "w=1",
      figures: ["correlation"],
      text: [
        "Send two inputs through a wide network whose weights are random, with variance 1 / fan-in. How alike are they after l layers? The curve follows their correlation c.",
        "It climbs to 1: the distance to 1 shrinks by a factor e every ξ_c = 3.63 layers. After 20 layers nothing is left by which a deeper layer could tell the two apart. This is the ordered phase.",
      ],
      tryThis: "Drag the starting correlation: wherever the two inputs begin, they end at 1.",
    },
    {
      title: "Larger weights tear them apart",
      room: "phase",
      query: "w=3&c=0.95&l=60",
      figures: ["correlation", "correlation-map"],
      text: [
        "Now the weights have variance 3 / fan-in. Two nearly equal inputs, c = 0.95, drift apart until c* = 0.30, the same value for every pair. This is chaos: small differences are amplified.",
        "Both fixed points forget the input. In the ordered phase all pairs end at 1, in the chaotic phase all pairs end at c*. Either way the depth scale ξ_c says after how many layers: here 9.05.",
      ],
      tryThis: "Start from c = -0.5: it ends at the same c*.",
    },
    {
      title: "Between them, a critical point",
      room: "phase",
      query: "w=1.76095",
      figures: ["correlation-map"],
      text: [
        "The correlation map says what one layer does to c; its fixed points are where it meets the diagonal. Its slope at c = 1 is χ₁. Below 1, c = 1 attracts; above 1, it repels and another fixed point takes over.",
        "At χ₁ = 1 the map touches the diagonal: c approaches 1 only like a power of depth, and ξ_c diverges. For tanh at bias variance 0.05 this happens at a weight variance of 1.76095.",
      ],
      tryThis: "Move the weight variance a little to both sides and watch the slope and ξ_c.",
    },
    {
      title: "Gradients see the same number",
      room: "phase",
      query: "z=chi&l=50",
      figures: ["phase-diagram"],
      text: [
        "A gradient that goes back through one layer has its square multiplied by χ₁ too, on average over random weights. So the picture of χ₁ is at once the picture of vanishing (below 1) and exploding gradients (above 1).",
        "The numbers are merciless in deep networks: after 50 layers the squared gradient has changed by a factor of 0.04 at a weight variance of 1.5, by 10⁻⁶ at 1, and by 10⁴ at 3.",
      ],
      tryThis: "Drag the cross-hair along the critical line: χ₁ stays 1 while q* changes.",
    },
    {
      title: "A real network",
      room: "diagnose",
      query: "s=784-200x30-10%20tanh%20sw2%3D1%20sb2%3D0.05&k=2&n=128",
      figures: ["gradient", "correlation"],
      starts: "always",
      text: [
        "So far everything was theory at infinite width. Here a network of 30 layers, 200 wide, is drawn at a weight variance of 1 and measured on images of digits. Points are measured, lines are theory.",
        "Theory allows 6 ξ_c = 22 layers. The network is deeper, and the verdict follows: its images have become alike, and over the 29 layers from the last to the first theory shrinks squared gradients by a factor of 3000.",
      ],
      tryThis: "Change sw2=1 to sw2=1.76 in the specification and run it again.",
    },
  ],
  sources: [
    "B. Poole et al., Exponential expressivity in deep neural networks through transient chaos, 2016 (arXiv:1606.05340)",
    "S. Schoenholz et al., Deep information propagation, 2017 (arXiv:1611.01232)",
  ],
};
