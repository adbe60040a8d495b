/** Where things are in the diagram: the picture, the margins above and to the right of it, and the colour bar. */
import { type Box, type PixelScale, pixelScale } from "../../plot/index.ts";

/** The places, in CSS pixels. */
export interface DiagramLayout {
  readonly width: number;
  readonly height: number;
  /** The picture. */
  readonly box: Box;
  readonly x: PixelScale;
  readonly y: PixelScale;
}

/** Pixels of the plots in the margins. */
export const MARGIN_PLOT = 48;
/** Pixels between picture and margin plots. */
export const MARGIN_GAP = 8;

/** The layout for a width. */
export function layoutDiagram(
  width: number,
  weights: readonly [number, number],
  biases: readonly [number, number],
): DiagramLayout {
  const isNarrow = width < 460;
  const height = Math.round(Math.min(640, Math.max(330, width * 0.96)));
  const box: Box = {
    left: 58,
    top: MARGIN_PLOT + MARGIN_GAP + 4,
    right: width - MARGIN_PLOT - MARGIN_GAP - 4,
    bottom: height - (isNarrow ? 84 : 80),
  };
  return {
    ...{ width, height, box },
    x: pixelScale({ range: weights }, box.left, box.right),
    y: pixelScale({ range: biases }, box.bottom, box.top),
  };
}
