/** Published sources of the theory in this folder. */
import type { Reference } from "../base/index.ts";

/** Infinite-width kernels. */
export const kernelReferences: readonly Reference[] = [
  {
    authors: "Cho, Saul",
    year: 2009,
    title: "Kernel methods for deep learning",
    where: "equation 6 (piecewise linear units)",
  },
  {
    authors: "Lee, Bahri, Novak, Schoenholz, Pennington, Sohl-Dickstein",
    year: 2018,
    title: "Deep neural networks as Gaussian processes",
    where: "equation 5",
    id: "arXiv:1711.00165",
  },
  {
    authors: "Jacot, Gabriel, Hongler",
    year: 2018,
    title: "Neural tangent kernel: convergence and generalization in neural networks",
    where: "theorem 1",
    id: "arXiv:1806.07572",
  },
];

/** The effective action of finite width. */
export const finiteWidthReferences: readonly Reference[] = [
  {
    authors: "Pacelli, Ariosto, Pastore, Ginelli, Gherardi, Rotondo",
    year: 2023,
    title:
      "A statistical mechanics framework for Bayesian deep neural networks beyond the infinite-width limit",
    where: "effective action",
    id: "arXiv:2209.04882",
  },
  {
    authors: "Li, Sompolinsky",
    year: 2021,
    title: "Statistical mechanics of deep linear neural networks: the backpropagating kernel renormalization",
    id: "arXiv:2012.04030",
  },
  {
    authors: "Zavatone-Veth, Pehlevan",
    year: 2021,
    title: "Exact marginal prior distributions of finite Bayesian neural networks",
    where: "scale mixture of linear units",
    id: "arXiv:2104.11734",
  },
];

/** Gaussian-process classification and the calibration of its probabilities. */
export const classificationReferences: readonly Reference[] = [
  {
    authors: "Rasmussen, Williams",
    year: 2006,
    title: "Gaussian processes for machine learning",
    where: "chapter 3",
  },
  {
    authors: "Minka",
    year: 2001,
    title: "Expectation propagation for approximate Bayesian inference",
  },
  {
    authors: "Guo, Pleiss, Sun, Weinberger",
    year: 2017,
    title: "On calibration of modern neural networks",
    where: "equation 3",
    id: "arXiv:1706.04599",
  },
  {
    authors: "Zavatone-Veth, Pehlevan",
    year: 2021,
    title: "Exact marginal prior distributions of finite Bayesian neural networks",
    where: "scale mixture of linear units",
    id: "arXiv:2104.11734",
  },
];
