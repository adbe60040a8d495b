/** Which room is open: follows the address, loads the room's chunk, hands it its state, and says what it could not read. */
import { type Signal, signal } from "@preact/signals";
import { cancelRunningJobs } from "../jobs/running.ts";
import { notify } from "../notices.ts";
import type { Room } from "../room.ts";
import { type Address, createAddress, type Place } from "../state/index.ts";
import { type RoomEntry, rooms } from "./rooms.ts";

/** What the page shows. */
export type OpenRoom =
  | { readonly kind: "loading"; readonly entry: RoomEntry }
  | { readonly kind: "open"; readonly entry: RoomEntry; readonly room: Room }
  | { readonly kind: "failed"; readonly entry: RoomEntry; readonly message: string };

const first = rooms[0] as RoomEntry;

/** The open room. */
export const openRoom: Signal<OpenRoom> = signal({ kind: "loading", entry: first });

/** The address bar. */
export const address: Address = createAddress(window, (place) => void arrive(place));

/** Opens what the address says; call it once at the start. */
export function startRooms(): void {
  const place = address.place.peek();
  const entry = rooms.find(({ name }) => name === place.room) ?? first;
  entry.startAhead?.(place.query);
  void arrive(place);
}

let arrivals = 0;

async function arrive(place: Place): Promise<void> {
  const arrival = ++arrivals;
  const entry = entryOf(place);
  const current = openRoom.peek();
  if (current.kind === "open" && current.entry === entry) {
    takeState(current.room, place.query);
    return;
  }
  if (current.kind === "open") {
    cancelRunningJobs();
    current.room.cancel?.();
  }
  openRoom.value = { kind: "loading", entry };
  if (current.kind === "open") current.room.leave?.();
  try {
    const room = await entry.load();
    if (arrival !== arrivals) return;
    takeState(room, place.query);
    openRoom.value = { kind: "open", entry, room };
    document.title = `${room.title} · isinglass lab`;
  } catch (error) {
    if (arrival !== arrivals) return;
    const message = error instanceof Error ? error.message : String(error);
    openRoom.value = { kind: "failed", entry, message };
  }
}

function entryOf({ room }: Place): RoomEntry {
  const entry = rooms.find(({ name }) => name === room);
  if (entry === undefined && room !== "")
    notify({
      kind: "warning",
      text: `There is no room called "${room.slice(0, 40)}".`,
      hint: `Rooms: ${rooms.map(({ name }) => name).join(", ")}.`,
    });
  return entry ?? first;
}

function takeState(room: Room, query: string): void {
  for (const { key, received, expected } of room.state.load(query))
    notify({
      kind: "warning",
      text: `The address says ${key}=${received}, expected ${expected}.`,
      hint: "The default is used instead.",
    });
  address.join(room.name, room.state);
}
