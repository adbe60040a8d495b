/** Sources of the algorithms and exact solutions of `isinglass ising`. */
import type { Reference } from "../base/index.ts";

/** By algorithm, or by the first word of an exact method. */
export const ISING_SOURCES: Readonly<Record<string, Reference>> = {
  wolff: {
    authors: "Wolff",
    year: 1989,
    title: "Collective Monte Carlo updating for spin systems",
    id: "Phys. Rev. Lett. 62, 361",
  },
  "swendsen-wang": {
    authors: "Swendsen, Wang",
    year: 1987,
    title: "Nonuniversal critical dynamics in Monte Carlo simulations",
    id: "Phys. Rev. Lett. 58, 86",
  },
  metropolis: {
    authors: "Metropolis, Rosenbluth, Rosenbluth, Teller, Teller",
    year: 1953,
    title: "Equation of state calculations by fast computing machines",
    id: "J. Chem. Phys. 21, 1087",
  },
  "heat-bath": {
    authors: "Glauber",
    year: 1963,
    title: "Time-dependent statistics of the Ising model",
    id: "J. Math. Phys. 4, 294",
  },
  "replica-exchange": {
    authors: "Hukushima, Nemoto",
    year: 1996,
    title: "Exchange Monte Carlo method and application to spin glass simulations",
    id: "J. Phys. Soc. Jpn. 65, 1604",
  },
  "multi-spin": {
    authors: "Zorn, Herrmann, Rebbi",
    year: 1981,
    title: "Tests of the multi-spin-coding technique in Monte Carlo simulations of statistical systems",
    id: "Comput. Phys. Commun. 23, 337",
  },
  Kaufman: {
    authors: "Kaufman",
    year: 1949,
    title: "Crystal statistics. II. Partition function evaluated by spinor analysis",
    id: "Phys. Rev. 76, 1232",
  },
  "Kac-Ward": {
    authors: "Kac, Ward",
    year: 1952,
    title: "A combinatorial solution of the two-dimensional Ising model",
    id: "Phys. Rev. 88, 1332",
  },
  Houtappel: {
    authors: "Houtappel",
    year: 1950,
    title: "Order-disorder in hexagonal lattices",
    id: "Physica 16, 425",
  },
  Onsager: {
    authors: "Onsager",
    year: 1944,
    title: "Crystal statistics. I. A two-dimensional model with an order-disorder transition",
    id: "Phys. Rev. 65, 117",
  },
  closed: {
    authors: "Breuckmann, Placke, Roy",
    year: 2020,
    title: "Critical properties of the Ising model in hyperbolic space",
    id: "Phys. Rev. E 101, 022124",
  },
  duality: {
    authors: "Wang, Nussinov, Ortiz",
    year: 2025,
    title: "Emergence of a boundary-sensitive phase in hyperbolic Ising models",
    id: "arXiv:2507.21044",
  },
};
