/**
 * The second walk: how information is lost. A cascade of decoders (arXiv 2406.12916) says what is left of an input at every
 * depth. Numbers are those of the Flow room's default settings on its samples of MNIST.
 */
import type { Story } from "./types.ts";

const network = (variance: number): string =>
  encodeURIComponent(`784-100x20-10 tanh sw2=${variance} sb2=0.05`);

export const lostInformation: Story = {
  key: "cascade",
  title: "How information is lost: the reconstruction cascade",
  idea: "To ask what a layer still knows about the input, let decoders bring the input back from there.",
  steps: [
    {
      title: "Bring the picture back",
      room: "flow",
      query: "",
      figures: ["reconstructions"],
      starts: "always",
      text: [
        "The network is random and stays untrained. Every layer gets a small decoder, one layer itself, that learns to turn the layer's output back into its input. Chained together, decoders carry any depth back to a picture.",
        "Read the columns from left to right: the same digits, as each depth can still show them. They blur, and become more and more alike. This takes a few seconds: the decoders are being trained in this tab.",
      ],
      tryThis: "Look for the depth from which you can no longer tell the digits apart.",
    },
    {
      title: "Count what is left",
      room: "flow",
      query: "",
      figures: ["flow-curve", "spectra-reconstructed"],
      starts: "always",
      text: [
        "Eyes are no measure. Take a batch of reconstructions, and ask how many directions it spans: the entropy S of the spectrum of its Gram matrix, divided by ln n, is 1 when all pictures are orthogonal to each other and 0 when all are the same up to a factor.",
        "For these inputs S starts at 0.70. At this critical initialisation it falls slowly: 0.23 is left after 10 layers and 0.10 after 20.",
      ],
      tryThis:
        "The last block has only 10 outputs and cannot carry more than 10 directions, so it is left out of the verdict.",
    },
    {
      title: "Ordered: everything becomes the same picture",
      room: "flow",
      query: `n=${network(0.9)}`,
      figures: ["reconstructions", "flow-curve"],
      starts: "always",
      text: [
        "With small weights (variance 0.9) the network is in the ordered phase: whatever enters, the activations of different inputs approach each other by the same factor in every layer.",
        "Here both curves fall: that of the reconstructions, and that of the activations themselves (open points). After 10 layers 0.09 is left, after 20 nothing: all reconstructions are one picture, close to the mean of the data.",
      ],
      tryThis:
        "Compare with 6 ξ_c, the dashed line: theory's depth for learning is about where the pictures have merged.",
    },
    {
      title: "Chaotic: the input drowns in noise",
      room: "flow",
      query: `n=${network(4)}`,
      figures: ["flow-curve", "spectra-forward"],
      starts: "always",
      text: [
        "With large weights (variance 4) activations of different inputs stay as different as the inputs were: the open points end at 0.63, beside 0.70 at the input. If one looked only at them, nothing would be lost.",
        "But the reconstructions fall to 0.05. Small differences were amplified layer by layer until the large, meaningful ones are mixed with everything else, beyond what decoders of one layer can undo. Entropy of the activations also counts noise; entropy of the reconstructions counts what is still about the input.",
      ],
      tryThis: "Train longer (600 minibatches): the decoders reach a little deeper, and chaos still wins.",
    },
    {
      title: "Side by side",
      room: "flow",
      query: `p=${network(0.9)}!${network(1.76)}!${network(4)}`,
      figures: ["flow-overlay"],
      starts: "pins",
      text: [
        "Three networks, one figure. The ordered one has lost its input after about ten layers; the chaotic one and the critical one lose it at similar rates at first, and after 20 layers the critical one keeps twice as much.",
        "This is order and chaos again, seen from the input: the initialisation that lets gradients through is the one that lets information through. The best one lies somewhat above χ₁ = 1 at finite width, because decoders have to learn from few examples.",
      ],
      tryThis: "Pin a network of your own (p): which weight variance keeps the most after 20 layers?",
    },
  ],
  sources: ["arXiv:2406.12916, the reconstruction cascade", "docs/theory/reconstruction.md, docs/flow.md"],
};
