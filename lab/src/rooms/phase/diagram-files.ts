/** The diagram in words and files: caption, table, and the figure of the report for SVG and PNG. */
import type { Theme } from "../../../../src/figures/basics/index.ts";
import type { FigureTable } from "../../../../src/figures/index.ts";
import { pinned, point } from "./follow.ts";
import type { Picture } from "./painter.ts";
import type { PointResult } from "./point-messages.ts";
import { quantities } from "./quantities.ts";
import { state } from "./state.ts";

/** The sentence under the diagram. */
export function diagramCaption(picture: Picture | null): string {
  const keys =
    "The margins show the values along the lines of the cross-hair: drag it, or use the arrow keys. Shift and drag moves the window, the wheel zooms.";
  if (picture === null) return keys;
  const what = picture.line.some(({ sigmaW2 }) => sigmaW2.length > 1)
    ? "White: the critical line, χ₁ = 1. Left of it signals become alike (ordered), right of it they decorrelate (chaotic)."
    : picture.line.length > 0
      ? "White: the one critical point, χ₁ = 1."
      : picture.isWhole
        ? "There is no critical line in this window."
        : "";
  return `${what} ${keys}`.trim();
}

/** The cross-hair, the pins and the critical line, with what is known of them. */
export function diagramTable(picture: Picture | null): FigureTable | null {
  const here = point.result.peek();
  if (here === null) return null;
  const pins = pinned.peek().filter((pin): pin is PointResult => typeof pin === "object" && pin !== null);
  const line = picture?.line ?? [];
  return {
    columns: ["point", "activation", "sigma_w^2", "sigma_b^2", "phase", "q", "c", "chi1", "xi_q", "xi_c"],
    rows: [
      rowOf("cross-hair", here),
      ...pins.map((pin, i) => rowOf(`pin ${i + 1}`, pin)),
      ...line.flatMap(({ sigmaW2, sigmaB2, q }) =>
        Array.from(sigmaW2, (w, i) => [
          ...["critical line", picture?.activation ?? "", w, sigmaB2[i] as number],
          ...["critical", q[i] as number, 1, 1, null, null],
        ]),
      ),
    ],
  };
}

function rowOf(name: string, { request, field }: PointResult): (string | number | null)[] {
  const { q, c, chi1, xiQ, xiC, phase } = field;
  return [
    ...[name, request.activation, request.weightVariance, request.biasVariance, phase],
    ...[q.value, c.value, chi1.value, xiQ.value, xiC.value],
  ];
}

/** What the files of this room say they were made from. */
export function parametersOf(): Record<string, unknown> {
  return {
    activation: state.activation.peek(),
    weightVariance: state.weightVariance.peek(),
    biasVariance: state.biasVariance.peek(),
    weights: state.weights.peek(),
    biases: state.biases.peek(),
    resolution: state.resolution.peek(),
    depth: state.depth.peek(),
    cosine: state.cosine.peek(),
  };
}

/** The report's figure of this picture. */
export async function drawDiagramFile(picture: Picture | null, theme: Theme): Promise<SVGSVGElement> {
  if (picture === null) throw new Error("there is no picture yet; wait until it is painted");
  const { drawPhaseDiagram } = await import("../../../../src/figures/phase-diagram.ts");
  const { grid, activation, xiC, line } = picture;
  const quantity = state.quantity.peek();
  const view = quantities[quantity];
  const axis = ([low, high]: readonly [number, number], n: number): Float64Array =>
    Float64Array.from({ length: n }, (_, i) => low + ((high - low) * i) / (n - 1));
  const exactly = (value: number) => ({ value, stderr: 0, n: 1, method: "chosen" });
  const marked = (label: string, w: number, b: number) => ({
    label,
    sigmaW2: exactly(w),
    sigmaB2: exactly(b),
  });
  const figure = await drawPhaseDiagram(
    {
      activation,
      sigmaW2: axis(grid.sigmaW2, grid.nx),
      sigmaB2: axis(grid.sigmaB2, grid.ny),
      xiC,
      criticalLine: line,
      ...(quantity === "xi"
        ? {}
        : {
            shown: {
              label: view.symbol,
              values: view.values(picture),
              range: view.range(picture),
              isLogarithmic: view.isLogarithmic,
            },
          }),
      points: [
        marked("cross-hair", state.weightVariance.peek(), state.biasVariance.peek()),
        ...state.pins
          .peek()
          .flatMap((pin, i) =>
            pin.activation === activation
              ? [marked(String(i + 1), pin.weightVariance, pin.biasVariance)]
              : [],
          ),
      ],
    },
    { document, theme, width: 720 },
  );
  return figure.svg;
}
