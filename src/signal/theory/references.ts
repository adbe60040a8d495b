/** Published sources of the formulas, named once. */
import type { Reference } from "../../base/index.ts";

export const poole2016: Reference = {
  authors: "Poole, Lahiri, Raghu, Sohl-Dickstein, Ganguli",
  year: 2016,
  title: "Exponential expressivity in deep neural networks through transient chaos",
  where: "equations 3-8",
  id: "arXiv:1606.05340",
};

export const schoenholz2017: Reference = {
  authors: "Schoenholz, Gilmer, Ganguli, Sohl-Dickstein",
  year: 2017,
  title: "Deep information propagation",
  where: "equations 3-13",
  id: "arXiv:1611.01232",
};

export const pennington2017: Reference = {
  authors: "Pennington, Schoenholz, Ganguli",
  year: 2017,
  title: "Resurrecting the sigmoid in deep learning through dynamical isometry: theory and practice",
  where: "section 2",
  id: "arXiv:1711.04735",
};

export const pennington2018: Reference = {
  authors: "Pennington, Schoenholz, Ganguli",
  year: 2018,
  title: "The emergence of spectral universality in deep networks",
  where: "equations 16-21",
  id: "arXiv:1802.09979",
};

export const xiao2018: Reference = {
  authors: "Xiao, Bahri, Sohl-Dickstein, Schoenholz, Pennington",
  year: 2018,
  title: "Dynamical isometry and a mean field theory of CNNs",
  where: "equations 2.4-2.16",
  id: "arXiv:1806.05393",
};

export const yangSchoenholz2017: Reference = {
  authors: "Yang, Schoenholz",
  year: 2017,
  title: "Mean field residual networks: on the edge of chaos",
  where: "theorems 3-5",
  id: "arXiv:1712.08969",
};

export const yang2019: Reference = {
  authors: "Yang, Pennington, Rao, Sohl-Dickstein, Schoenholz",
  year: 2019,
  title: "A mean field theory of batch normalization",
  where: "theorems 3.9-3.10",
  id: "arXiv:1902.08129",
};

export const roberts2022: Reference = {
  authors: "Roberts, Yaida, Hanin",
  year: 2022,
  title: "The principles of deep learning theory",
  where: "sections 4.3, 5.3 and 5.4",
  id: "arXiv:2106.10165",
};

export const haninNica2020: Reference = {
  authors: "Hanin, Nica",
  year: 2020,
  title: "Products of many large random matrices and gradients in deep neural networks",
  where: "theorem 1",
  id: "arXiv:1812.05994",
};
