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
