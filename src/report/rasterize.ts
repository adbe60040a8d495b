/** SVG files as PNG pictures, by resvg. Text needs a font of the system; without one the picture would have no words. */
import { existsSync } from "node:fs";
import { FormatError } from "../base/index.ts";

/** Folders where systems keep fonts. */
const FONT_FOLDERS: readonly string[] = [
  "/usr/share/fonts",
  "/usr/local/share/fonts",
  "/System/Library/Fonts",
  "C:\\Windows\\Fonts",
];

/**
 * Renders an SVG file's text as PNG bytes.
 *
 * @param svg a complete svg element with plain colours (no CSS variables)
 * @param options `scale` is pixels per CSS pixel, 1 to 4; `background` fills transparent parts
 * @throws FormatError when the system has no font
 */
export async function rasterize(
  svg: string,
  { scale = 2, background = "#ffffff" }: { scale?: number; background?: string } = {},
): Promise<Uint8Array> {
  if (!FONT_FOLDERS.some((folder) => existsSync(folder))) {
    throw new FormatError("PNG: no font was found on this system, so the picture would have no text", {
      hint: "write an .svg file instead, or install a font such as DejaVu Sans",
    });
  }
  const { Resvg } = await import("@resvg/resvg-js");
  const picture = new Resvg(svg, {
    background,
    fitTo: { mode: "zoom", value: scale },
    font: { loadSystemFonts: true, sansSerifFamily: "DejaVu Sans", defaultFontFamily: "DejaVu Sans" },
  });
  return picture.render().asPng();
}
