/** Order parameters of a student against time: lengths Q, overlaps R with teachers; theory as lines, simulation as points. */
import { type Curve, drawCurves } from "./curves.ts";
import type { Figure, FigureOptions } from "./figure.ts";

/** Order parameters at one time. */
export interface OrderParameterPoint {
  readonly time: number;
  /** Q, [K][K]. */
  readonly students: readonly (readonly number[])[];
  /** R, [K][M]. */
  readonly cross: readonly (readonly number[])[];
}

/** What the figure shows. */
export interface OrderParameterInput {
  readonly caption: string;
  readonly theory: readonly OrderParameterPoint[];
  /** Empty where nothing was simulated. */
  readonly simulated: readonly OrderParameterPoint[];
}

const COLORS = ["theory", "measured", "accent", "foreground"] as const;
/** Rows and columns drawn at most. */
const LARGEST = 2;

/** Draws Q_ik (i <= k) and R_im of the first two students and teachers. */
export function drawOrderParameters(
  { caption, theory, simulated }: OrderParameterInput,
  options: FigureOptions,
): Promise<Figure> {
  const first = theory[0];
  const k = Math.min(LARGEST, first?.students.length ?? 0);
  const m = Math.min(LARGEST, first?.cross[0]?.length ?? 0);
  const curve = (
    name: string,
    i: number,
    isDashed: boolean,
    at: (point: OrderParameterPoint) => number,
  ): Curve => ({
    name,
    color: COLORS[i % COLORS.length] as (typeof COLORS)[number],
    isDashed,
    line: theory.map((point) => ({ x: point.time, y: at(point) })),
    points: simulated.map((point) => ({ x: point.time, y: at(point), stderr: null })),
  });
  const isCut = (first?.students.length ?? 0) > k || (first?.cross[0]?.length ?? 0) > m;
  const curves: Curve[] = [];
  for (let i = 0; i < k; i++) {
    for (let j = 0; j < m; j++)
      curves.push(curve(`R${i + 1}${j + 1}`, curves.length, false, ({ cross }) => cross[i]?.[j] as number));
  }
  let count = 0;
  for (let i = 0; i < k; i++) {
    for (let j = i; j < k; j++)
      curves.push(curve(`Q${i + 1}${j + 1}`, count++, true, ({ students }) => students[i]?.[j] as number));
  }
  return drawCurves(
    {
      name: "order-parameters",
      title: "Order parameters while a student learns from a teacher",
      caption: isCut ? `${caption} The first ${LARGEST} students and teachers are drawn.` : caption,
      xLabel: "examples / input dimension",
      yLabel: "overlap",
      curves,
    },
    options,
  );
}
