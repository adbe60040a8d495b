/** What one can do everywhere: the list behind keys, palette and help. */
import { copyText } from "../figure/frame.tsx";
import { cancelRunningJobs } from "../jobs/running.ts";
import { notify } from "../notices.ts";
import { keepEverything } from "../offline/index.ts";
import { type Session, sessionStore } from "../sessions/index.ts";
import { parseHash } from "../state/index.ts";
import { type ThemeChoice, themeChoice } from "../theme.ts";
import { openDialog } from "./dialogs.ts";
import { address, openRoom } from "./open-room.ts";
import { rooms } from "./rooms.ts";

/** Something to do. */
export interface Action {
  readonly name: string;
  readonly keys?: string;
  run(): void;
}

/** Copies the address of the view, which restores it exactly. */
export function copyLink(): void {
  const url = new URL(location.href);
  url.hash = address.currentHash();
  void copyText(url.href, "link");
}

/** Copies the command that makes the same numbers. */
export function copyCommandLine(): void {
  const open = openRoom.peek();
  const command = open.kind === "open" ? open.room.commandLine() : null;
  if (command === null) notify({ kind: "info", text: "This view has no command of its own." });
  else void copyText(command, "command line");
}

/** Copies a program that makes the same numbers. */
export function copyCode(): void {
  const open = openRoom.peek();
  if (open.kind === "open") void copyText(open.room.code(), "library code");
}

/** Saves what the open room shows as one HTML file. */
export function keepView(): void {
  const open = openRoom.peek();
  if (open.kind !== "open") return;
  const url = new URL(location.href);
  url.hash = address.currentHash();
  import("../standalone/index.ts")
    .then(({ saveView }) => saveView(open.room, url.href))
    .catch((error: unknown) =>
      notify({ kind: "error", text: `Not saved: ${error instanceof Error ? error.message : String(error)}` }),
    );
}

/** Shows what this browser keeps. */
export function showSessions(): void {
  openDialog.value = "sessions";
}

/** Opens a session. */
export function openSession({ hash }: Session): void {
  const { room, query } = parseHash(hash);
  address.go(room, query);
}

/** Cancels what computes; tells whether something did. */
export function cancelAll(): boolean {
  const open = openRoom.peek();
  const didCancel = cancelRunningJobs();
  if (open.kind === "open") open.room.cancel?.();
  return didCancel;
}

/** Takes the open room back to its defaults. */
export function resetRoom(): void {
  const open = openRoom.peek();
  if (open.kind === "open") open.room.reset();
}

/** Shows a theme. */
export function chooseTheme(choice: ThemeChoice): void {
  themeChoice.value = choice;
}

/** Everything, for the palette: the room's own actions first. */
export function allActions(): readonly Action[] {
  const open = openRoom.value;
  const own =
    open.kind !== "open"
      ? []
      : [
          ...open.room.shortcuts.map(({ key, does, run }) => ({ name: does, keys: keyName(key), run })),
          ...(open.room.commands ?? []),
        ];
  return [
    ...own,
    { name: "Copy link", keys: "s", run: copyLink },
    { name: "Copy command line", run: copyCommandLine },
    { name: "Copy library code", run: copyCode },
    { name: "Save this view as one HTML file", run: keepView },
    { name: "Sessions: keep this view, open, export", run: showSessions },
    { name: "Keep the whole lab for use offline", run: () => void keepEverything() },
    { name: "Reset this room", keys: "r", run: resetRoom },
    { name: "Cancel what computes", keys: "Esc", run: () => void cancelAll() },
    ...rooms.map(({ name, title }, i) => ({
      name: `Go to ${title}`,
      keys: String(i + 1),
      run: () => address.go(name),
    })),
    ...sessionStore.sessions.value.map((session) => ({
      name: `Open the session “${session.name}”`,
      run: () => openSession(session),
    })),
    { name: "Light colours", run: () => chooseTheme("light") },
    { name: "Dark colours", run: () => chooseTheme("dark") },
    { name: "Colours of the system", run: () => chooseTheme("system") },
  ];
}

/** A key as people say it. */
export function keyName(key: string): string {
  const names: Readonly<Record<string, string>> = {
    " ": "Space",
    Escape: "Esc",
    ArrowLeft: "←",
    ArrowRight: "→",
    ArrowUp: "↑",
    ArrowDown: "↓",
  };
  return names[key] ?? key;
}
