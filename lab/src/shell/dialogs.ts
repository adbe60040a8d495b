/** Which dialog is open. */
import { type Signal, signal } from "@preact/signals";

/** The dialogs of the shell. */
export type DialogName = "palette" | "help" | "sessions";

/** The open dialog. */
export const openDialog: Signal<DialogName | null> = signal(null);
