/** Keys of the whole page. A key typed into a field belongs to the field; one with Ctrl, Alt or Meta to the browser. */

import { cancelAll, copyLink, resetRoom } from "./actions.ts";
import { openDialog } from "./dialogs.ts";
import { address, openRoom } from "./open-room.ts";
import { rooms } from "./rooms.ts";

/** Starts listening. */
export function startKeys(): void {
  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "Escape") {
      if (openDialog.peek() !== null) openDialog.value = null;
      else cancelAll();
      return;
    }
    if (openDialog.peek() !== null || takesText(event.target)) return;
    const run = actionOf(event);
    if (run === undefined) return;
    event.preventDefault();
    run();
  });
}

function actionOf({ key, target }: KeyboardEvent): (() => void) | undefined {
  const open = openRoom.peek();
  // space and Enter press the button that has the focus
  if (
    (key === " " || key === "Enter") &&
    target instanceof Element &&
    target.closest("button, a, summary, input")
  )
    return undefined;
  switch (key) {
    case "/":
      return () => {
        openDialog.value = "palette";
      };
    case "?":
      return () => {
        openDialog.value = "help";
      };
    case "s":
      return copyLink;
    case "r":
      return resetRoom;
  }
  const entry = /^[1-9]$/.test(key) ? rooms[Number(key) - 1] : undefined;
  if (entry !== undefined) return () => address.go(entry.name);
  const shortcut =
    open.kind === "open" ? open.room.shortcuts.find((candidate) => candidate.key === key) : undefined;
  return shortcut === undefined ? undefined : () => shortcut.run();
}

function takesText(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target instanceof HTMLInputElement)
    return !["range", "checkbox", "radio", "file", "button"].includes(target.type);
  return (
    target.isContentEditable || target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement
  );
}
