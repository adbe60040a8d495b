/** Measured points collected while a person goes from temperature to temperature, for the figure of energy over temperature. */
import { type Signal, signal } from "@preact/signals";
import type { RunEstimates } from "./simulation/messages.ts";

/** Points of one lattice, boundary and field, by temperature. */
export interface Collection {
  readonly key: string;
  readonly points: readonly RunEstimates[];
}

/** Fewest measurements of a point, and how many times as many a better one has: the figure is drawn anew for each. */
const FEWEST = 64;
const GROWTH = 1.5;
const MOST_POINTS = 200;

/** What was collected so far. */
export const collection: Signal<Collection> = signal({ key: "", points: [] });

/** Adds a point, or replaces one of the same temperature by a better one; another lattice begins anew. */
export function collectPoint(key: string, point: RunEstimates): void {
  collectPoints(key, [point]);
}

/** Adds several at once: the figure is drawn anew once. */
export function collectPoints(key: string, points: readonly RunEstimates[]): void {
  const known = collection.peek();
  const kept = new Map(
    (known.key === key ? known.points : []).map((point) => [point.temperature, point] as const),
  );
  let isNew = false;
  for (const point of points) {
    const old = kept.get(point.temperature);
    if (point.measured < FEWEST) continue;
    if (old !== undefined && (old === point || point.measured < GROWTH * old.measured)) continue;
    kept.set(point.temperature, point);
    isNew = true;
  }
  if (!isNew) return;
  const next = [...kept.values()].sort((a, b) => a.temperature - b.temperature);
  collection.value = { key, points: next.slice(0, MOST_POINTS) };
}

/** Forgets all points. */
export function clearPoints(): void {
  collection.value = { key: "", points: [] };
}
