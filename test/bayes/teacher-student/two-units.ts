/** Two students beside two orthonormal teachers: the start of the reference's slopes. */
import type { Overlaps } from "../../../src/bayes/index.ts";

export const twoUnits: Overlaps = {
  students: [
    [0.2, 0],
    [0, 0.3],
  ],
  cross: [
    [0.01, 0],
    [0, 0.02],
  ],
  teachers: [
    [1, 0],
    [0, 1],
  ],
  readout: [1, 1],
  teacherReadout: [1, 1],
};
