/** Svg elements drawn by hand inside a plot: legends, colour bars, grids of pictures. */

/** Makes an element with attributes and, optionally, text. */
export type SvgMaker = (
  tag: string,
  attributes: Readonly<Record<string, string | number>>,
  text?: string,
) => SVGElement;

/** A maker for the page `document`. */
export function svgMaker(document: Document): SvgMaker {
  return (tag, attributes, text) => {
    const element = document.createElementNS("http://www.w3.org/2000/svg", tag) as SVGElement;
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, String(value));
    if (text !== undefined) element.textContent = text;
    return element;
  };
}
