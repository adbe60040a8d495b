/** Run folders as signals: fetched from the page's own server, again and again while a run is going on. */
import { effect, type Signal, signal } from "@preact/signals";
import { type RunFigure, type RunFigures, type RunSummary, type RunView, restoreFigure } from "./messages.ts";
import { state } from "./state.ts";

/** Milliseconds between two looks at a run that is going on. */
const LOOK_EVERY = 5000;

/** All runs that are served; null until the list is here. */
export const runs: Signal<readonly RunSummary[] | null> = signal(null);
/** The run that is shown. */
export const shown: Signal<RunView | null> = signal(null);
/** Its figures; null until they are here. */
export const figures: Signal<readonly RunFigure[] | null> = signal(null);
/** Why there is nothing to show. */
export const problem: Signal<string | null> = signal(null);

let timer: ReturnType<typeof setTimeout> | undefined;
let stop: (() => void) | null = null;
let latest = 0;

/** Follows the state, and a run that is going on. */
export function startFollowing(): void {
  stop ??= effect(() => {
    state.id.value;
    void refresh();
  });
}

/** Ends it. */
export function stopFollowing(): void {
  stop?.();
  stop = null;
  latest += 1;
  clearTimeout(timer);
}

/** Reads the list and the shown run again. */
export async function refresh(): Promise<void> {
  const number = ++latest;
  clearTimeout(timer);
  try {
    const list = (await read("run/index.json")) as { readonly runs: readonly RunSummary[] };
    if (number !== latest) return;
    runs.value = list.runs;
    const wanted = state.id.peek();
    const summary = list.runs.find(({ id }) => wanted === "" || id === wanted);
    if (summary === undefined) {
      shown.value = null;
      problem.value =
        wanted === "" || list.runs.length === 0 ? null : `There is no run called ${wanted} here.`;
      return;
    }
    const view = (await read(`run/${encodeURIComponent(summary.id)}/run.json`)) as RunView;
    if (number !== latest) return;
    problem.value = null;
    if (shown.peek()?.id !== view.id) figures.value = null;
    shown.value = view;
    const drawn = (await read(`run/${encodeURIComponent(summary.id)}/figures.json`)) as RunFigures;
    if (number !== latest) return;
    figures.value = drawn.figures.map(restoreFigure);
    if (drawn.problem !== null) shown.value = { ...view, notes: [...view.notes, drawn.problem] };
    if (view.finished < view.manifest.steps.length) timer = setTimeout(() => void refresh(), LOOK_EVERY);
  } catch (error) {
    if (number !== latest) return;
    problem.value = `The run cannot be read: ${error instanceof Error ? error.message : String(error)}. Is isinglass lab still running?`;
  }
}

async function read(path: string): Promise<unknown> {
  const response = await fetch(path, { cache: "no-store" });
  if (!response.ok) throw new Error(`the server answered ${response.status}`);
  return response.json();
}
