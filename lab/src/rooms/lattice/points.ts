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
  if (point.measured < FEWEST) return;
  const { key: known, points } = collection.peek();
  const kept = known === key ? points : [];
  const old = kept.find(({ temperature }) => temperature === point.temperature);
  if (old !== undefined && point.measured < GROWTH * old.measured) return;
  const others = kept.filter((other) => other !== old);
  const next = [...others, point].sort((a, b) => a.temperature - b.temperature);
  collection.value = { key, points: next.slice(0, MOST_POINTS) };
}

/** Forgets all points. */
export function clearPoints(): void {
  collection.value = { key: "", points: [] };
}
