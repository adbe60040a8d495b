/**
 * The fourth walk: an infinitely wide network is a kernel; with more examples than units the data bend that kernel. Numbers
 * are those of the Generalise room on its samples (erf, temperature 0.1, seed 0), theory after Li and Sompolinsky (2021)
 * and Pacelli et al. (2023), see docs/theory/bayes.md.
 */
import type { Story } from "./types.ts";

export const widthAndData: Story = {
  key: "width",
  title: "More data than width",
  idea: "As long as a network is much wider than its data are many, it is a fixed kernel; beyond, it begins to adapt.",
  steps: [
    {
      title: "A wide network is a kernel",
      room: "generalise",
      query: "w=1000",
      figures: ["nngp-map", "generalization"],
      text: [
        "Draw all weights at random, and the outputs of a very wide network on a set of inputs are jointly Gaussian. Their covariance, the kernel K, is all there is to know. The map shows it for images of 0 and 1: two images of the same digit have a correlation of 0.50 on average, of different digits 0.11.",
        "Learning (as a Bayesian: keep the networks that fit) is then Gaussian regression with K. The learning curve at width 1000 lies on that of infinite width: from 13 to 100 examples the error falls from 0.49 to 0.14.",
      ],
      tryThis:
        "Open the table of the learning curve: at 100 examples width 1000 and infinite width differ by about one percent.",
    },
    {
      title: "What such a network learns first",
      room: "generalise",
      query: "w=1000&t=1",
      figures: ["kernel-spectrum"],
      text: [
        "Eigenvalues of the kernel fall over orders of magnitude. A direction is learnt when its eigenvalue stands out above the temperature (the noise that the posterior tolerates); what lies below stays as it was drawn.",
        "The temperature is 1 here, ten times that of the last step: fewer directions stand out, and the error is higher at every number of examples. The kernel itself does not change, whatever the labels are: an infinitely wide network learns no features.",
      ],
      tryThis: "Lower the temperature to 0.01 and watch the horizontal line pass the eigenvalues.",
    },
    {
      title: "Narrow: the labels rescale the kernel",
      room: "generalise",
      query: "",
      figures: ["generalization", "kernel-spectrum"],
      text: [
        "Now 20 hidden units and up to 100 examples, five for each unit. To first order the hidden layer answers by one number: the data multiply the kernel by a scale q. With 13 examples q = 0.98 and nothing has changed; with 100 it is 0.58, and the predicted error 0.109 instead of 0.139.",
        "So the ratio that matters is examples over width. Neither alone says whether the infinite-width theory holds.",
      ],
      tryThis: "Double the width with + and halve it with -: the curves part where examples outnumber units.",
    },
    {
      title: "Does it, really?",
      room: "generalise",
      query: "h=1",
      figures: ["generalization"],
      text: [
        "A theory is worth what it survives. Here the posterior of the network itself is sampled, by Hamiltonian Monte Carlo in this tab, and set beside both curves with its error bars. It takes a while; the points arrive one by one.",
        "Up to 25 examples the samples lie on the theory (0.294(5) beside 0.296). At 50 they fall below it (0.138(2) beside 0.163), and at 100 further (0.075(1) beside 0.109). The direction is right, the size is not: this network does better than any multiple of its kernel, because it learns features that one scale cannot hold.",
      ],
      tryThis: "Sample at width 200 as well: there the samples, both theories and the kernel agree.",
    },
    {
      title: "The scale can grow, too",
      room: "generalise",
      query: "d=teacher&p=200",
      figures: ["generalization"],
      text: [
        "Another task: Gaussian inputs, labelled by a random network of 20 units. With few examples these labels are larger than the kernel expects (y·K⁻¹y / P = 1.9 with 13 of them, a surprise above 1), and q grows to 1.15: the narrow network fits harder and does worse than the infinite one, 0.84 against 0.78.",
        "With more examples it turns round: q falls below 1 and the narrow network is the better one from 50 examples on. Finite width is neither good nor bad by itself; it follows the surprise of the labels, and with more data than width it matters.",
      ],
      tryThis: "Give the teacher more noise: surprise grows, and with it q.",
    },
  ],
  sources: [
    "Q. Li and H. Sompolinsky, 2021 (arXiv:2012.04030)",
    "R. Pacelli et al., 2023 (arXiv:2209.04882)",
    "J. Lee et al., 2018 (arXiv:1711.00165)",
  ],
};
