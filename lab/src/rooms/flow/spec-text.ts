/**
 * The specification's text is the one document of this room: sliders read their values from it and write them back into it,
 * changing as few characters as they can. Texts that do not parse are left alone.
 */
import { bodyOf, repeatBody } from "../../../../src/flow/index.ts";
import { formatNetwork, type NetworkSpec, parseNetwork } from "../../../../src/networks/index.ts";

/** What sliders show of a specification. */
export interface SpecNumbers {
  /** Weight variance times fan-in. */
  readonly sigmaW2: number;
  readonly sigmaB2: number;
  /** How often the body is repeated. */
  readonly depth: number;
}

/** The specification of a text; null when it has a mistake. */
export function readSpec(text: string): NetworkSpec | null {
  try {
    return parseNetwork(text);
  } catch {
    return null;
  }
}

/** Numbers of a specification, for sliders; schemes that fix the variance by themselves count as their own value. */
export function numbersOf(spec: NetworkSpec): SpecNumbers {
  const { scheme, sigmaW2, sigmaB2 } = spec.initialization;
  const own: Readonly<Record<string, number>> = { he: 2, pytorch: 1 / 3 };
  return { sigmaW2: sigmaW2 ?? own[scheme] ?? 1, sigmaB2: sigmaB2 ?? 0, depth: bodyOf(spec).repeat };
}

/** The text with an option set; `init=` words that fix the variance themselves give way. */
export function withVariance(text: string, option: "sw2" | "sb2", value: number): string {
  const words = text
    .trim()
    .split(/\s+/)
    .filter((word) => !/^init=(?!.*orthogonal)/.test(word));
  const at = words.findIndex((word) => word.startsWith(`${option}=`));
  if (at >= 0) words[at] = `${option}=${value}`;
  else words.push(`${option}=${value}`);
  return words.join(" ");
}

/** The text with its body repeated `depth` times. */
export function withDepth(text: string, depth: number): string {
  const spec = readSpec(text);
  if (spec === null) return text;
  const { repeat } = bodyOf(spec);
  const [network = "", ...options] = text.trim().split(/\s+/);
  const items = network.split("-");
  const places = items
    .map((item, i) => (i > 0 && new RegExp(`[^x]x${repeat}$`).test(item) ? i : -1))
    .filter((i) => i > 0);
  const [place] = places;
  if (repeat > 1 && places.length === 1 && place !== undefined) {
    items[place] = (items[place] as string).replace(/x\d+$/, `x${depth}`);
    const edited = [items.join("-"), ...options].join(" ");
    const again = readSpec(edited);
    if (again !== null && bodyOf(again).repeat === depth) return edited;
  }
  return formatNetwork(repeatBody(spec, depth));
}
