/** Notices: short messages that stay until they are closed (or, for good news, a few seconds). */
import { type ReadonlySignal, type Signal, signal } from "@preact/signals";

/** A message to the person. */
export interface Notice {
  readonly id: number;
  readonly kind: "info" | "warning" | "error";
  readonly text: string;
  /** What to do. */
  readonly hint?: string;
  /** Good news that stays all the same, because it is going to change or worth reading. */
  readonly stays?: boolean;
  /** A button that does it; the notice goes away then. */
  readonly action?: { readonly label: string; run(): void };
}

const list: Signal<readonly Notice[]> = signal([]);
const INFO_MILLISECONDS = 4000;
const MOST = 4;
let lastId = 0;

/** What is shown now. */
export const notices: ReadonlySignal<readonly Notice[]> = list;

/** Shows a notice; the same text is shown once. Returns its number. */
export function notify(notice: Omit<Notice, "id">): number {
  const id = ++lastId;
  list.value = [...list.value.filter(({ text }) => text !== notice.text), { ...notice, id }].slice(-MOST);
  if (isFleeting(notice)) setTimeout(() => dismiss(id), INFO_MILLISECONDS);
  return id;
}

/** Says something else in the same place; a notice that was closed stays closed. */
export function changeNotice(id: number, notice: Omit<Notice, "id">): void {
  list.value = list.value.map((old) => (old.id === id ? { ...notice, id } : old));
  if (isFleeting(notice)) setTimeout(() => dismiss(id), INFO_MILLISECONDS);
}

function isFleeting({ kind, action, stays = false }: Omit<Notice, "id">): boolean {
  return kind === "info" && action === undefined && !stays;
}

/** Takes a notice away. */
export function dismiss(id: number): void {
  list.value = list.value.filter((notice) => notice.id !== id);
}
