/** The figures of a diagnosis for a report: theory's density is predicted on the way. */
import { drawDiagnosisFigures, predictDrawnDensity, type ReportFigures } from "../figures/diagnosis/index.ts";
import type { FigureOptions, PhaseDiagramInput } from "../figures/index.ts";
import type { Diagnosis } from "../signal/index.ts";

export type { ReportFigures } from "../figures/diagnosis/index.ts";

/** Draws all figures that the diagnosis has numbers for. */
export function drawReportFigures(
  diagnosis: Diagnosis,
  diagram: PhaseDiagramInput | null,
  options: FigureOptions,
): Promise<ReportFigures> {
  return drawDiagnosisFigures({ diagnosis, diagram, density: predictDrawnDensity(diagnosis) }, options);
}
