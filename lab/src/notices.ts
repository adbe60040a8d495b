/** Notices: short messages that stay until they are closed (or, for good news, a few seconds). */
import { type ReadonlySignal, type Signal, signal } from "@preact/signals";

/** A message to the person. */
export interface Notice {
  readonly id: number;
  readonly kind: "info" | "warning" | "error";
  readonly text: string;
  /** What to do. */
  readonly hint?: string;
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
  if (notice.kind === "info" && notice.action === undefined) setTimeout(() => dismiss(id), INFO_MILLISECONDS);
  return id;
}

/** Takes a notice away. */
export function dismiss(id: number): void {
  list.value = list.value.filter((notice) => notice.id !== id);
}
