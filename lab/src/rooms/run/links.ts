/** From a run to the rooms where its network moves: links that set their state. */
import type { RunFigure, RunView } from "./messages.ts";

/** A link into a room. */
export interface RoomLink {
  readonly label: string;
  readonly href: string;
}

/** The rooms that can show what a run is about. */
export function linksOf({ manifest: { kind, options } }: RunView, figures: readonly RunFigure[]): RoomLink[] {
  const links: RoomLink[] = [];
  if (kind === "trainability") {
    const { activation, sigmaB2, width } = options;
    const best = bestCell(figures);
    const query = { a: activation, b: sigmaB2, ...(best === null ? {} : { w: best.sigmaW2 }) };
    links.push({ label: "Phase diagram of this activation", href: hrefOf("phase", query) });
    if (best !== null) {
      const spec = `784-${width}x${best.depth}-10 ${activation} sw2=${best.sigmaW2} sb2=${sigmaB2}`;
      links.push(
        {
          label: `Diagnose the deepest network that trained (${best.depth} layers)`,
          href: hrefOf("diagnose", { s: spec }),
        },
        { label: "Its information flow", href: hrefOf("flow", { n: spec }) },
      );
    }
  }
  const { network } = options;
  // runs of a file keep its hash
  if (typeof network === "string" && network.includes("-") && !network.startsWith("sha")) {
    links.push(
      { label: "Information flow of this network", href: hrefOf("flow", { n: network }) },
      { label: "Diagnose this network", href: hrefOf("diagnose", { s: network }) },
    );
  }
  return links;
}

/** The deepest cell that is nearer to perfect than to guessing, the best of its depth. */
function bestCell(
  figures: readonly RunFigure[],
): { readonly sigmaW2: number; readonly depth: number } | null {
  const figure = figures.find(({ draw }) => draw === "trainability");
  if (figure?.draw !== "trainability") return null;
  const { sigmaW2, depths, accuracy, chance } = figure.input;
  for (let i = depths.length - 1; i >= 0; i--) {
    const row = sigmaW2.map((_, j) => accuracy[i * sigmaW2.length + j] as number);
    const most = Math.max(...row.filter(Number.isFinite));
    if (most < (1 + chance) / 2) continue;
    return { depth: depths[i] as number, sigmaW2: sigmaW2[row.indexOf(most)] as number };
  }
  return null;
}

function hrefOf(room: string, values: Readonly<Record<string, unknown>>): string {
  const query = Object.entries(values)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => `${key}=${encodeURIComponent(String(value))}`);
  return `#${room}?${query.join("&")}`;
}
