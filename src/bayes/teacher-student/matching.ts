/**
 * Which student stands for which teacher: cosines rho_im = |R_im| / sqrt(Q_ii T_mm), taken without sign because g is odd, so that
 * (w, v) and (-w, -v) are the same unit; students that are copies of each other count as one with the sum of their readouts.
 */
import { assignRows } from "./assignment.ts";
import { checkOverlaps, type Overlaps } from "./overlaps.ts";

/** Students matched with teachers. */
export interface TeacherMatch {
  /** Student of every teacher, each used once; null for teachers that are left. */
  readonly studentOf: readonly (number | null)[];
  /** Mean over teachers of the cosine of the matched student, 0 for those left. */
  readonly matchedOverlap: number;
  /** Largest cosine of any student, for every teacher. */
  readonly largestOverlaps: readonly number[];
  /** Groups of students that are copies of each other up to sign, by decreasing |summed readout|. */
  readonly groups: readonly StudentGroup[];
}

/** Students of one direction. */
export interface StudentGroup {
  readonly students: readonly number[];
  /** Sum of their readouts, signs brought in line with the first. */
  readonly readout: number;
  /** |readout| times the length of the first: 0 for units that do nothing. */
  readonly strength: number;
}

/** Cosine above which two students are copies. */
const SAME = 0.99;

/**
 * Matches students with teachers.
 *
 * @throws as `checkOverlaps`.
 * @example
 * ```ts
 * import { matchTeachers } from "isinglass/bayes";
 *
 * const overlaps = { students: [[4, 0], [0, 1]], cross: [[0, 2], [-1, 0]], teachers: [[1, 0], [0, 1]], readout: [1, 1], teacherReadout: [1, 1] };
 * matchTeachers(overlaps).studentOf; // => [1, 0]
 * matchTeachers(overlaps).matchedOverlap; // => 1
 * ```
 */
export function matchTeachers(overlaps: Overlaps): TeacherMatch {
  checkOverlaps(overlaps);
  const { students, cross, teachers } = overlaps;
  const own = (i: number): number => students[i]?.[i] as number;
  const cosines = cross.map((row, i) =>
    row.map((r, m) => {
      const scale = Math.sqrt(own(i) * (teachers[m]?.[m] as number));
      return scale > 0 ? Math.abs(r) / scale : 0;
    }),
  );
  const studentOf = assignRows(cosines);
  const matched = studentOf.map((i, m) => (i === null ? 0 : (cosines[i]?.[m] as number)));
  return {
    studentOf,
    matchedOverlap: matched.reduce((sum, x) => sum + x, 0) / matched.length,
    largestOverlaps: teachers.map((_, m) => Math.max(...cosines.map((row) => row[m] as number))),
    groups: groupStudents(overlaps),
  };
}

function groupStudents({ students, readout }: Overlaps): StudentGroup[] {
  const groups: { students: number[]; readout: number }[] = [];
  students.forEach((row, i) => {
    const cosine = (j: number): number => {
      const scale = Math.sqrt((row[i] as number) * (students[j]?.[j] as number));
      return scale > 0 ? (row[j] as number) / scale : 0;
    };
    const group = groups.find(({ students: [first = 0] }) => Math.abs(cosine(first)) > SAME);
    if (group === undefined) groups.push({ students: [i], readout: readout[i] as number });
    else {
      group.readout += Math.sign(cosine(group.students[0] as number)) * (readout[i] as number);
      group.students.push(i);
    }
  });
  return groups
    .map((group) => {
      const first = group.students[0] as number;
      return { ...group, strength: Math.abs(group.readout) * Math.sqrt(students[first]?.[first] as number) };
    })
    .sort((a, b) => Math.abs(b.readout) - Math.abs(a.readout));
}
