/** What the shell needs to know about the Diagnose room. */
import type { Room } from "../../room.ts";
import { copied } from "./copied.ts";
import { codeOf, commandLineOf } from "./copies.ts";
import { dropModel } from "./files.ts";
import { inspectJob } from "./inspection.tsx";
import { fixJob, forget, job, run } from "./session.ts";
import { state } from "./state.ts";
import { View } from "./view.tsx";

/** The Diagnose room. */
export const room: Room = {
  name: "diagnose",
  title: "Diagnose",
  summary: "Will this network train, where does it lose the signal, and what would be critical?",
  state,
  View,
  commandLine: () => commandLineOf(copied()),
  code: () => codeOf(copied()),
  shortcuts: [
    { key: "d", does: "Run the diagnosis", run },
    { key: "t", does: "Type a specification instead of the model", run: dropModel },
  ],
  reset: () => {
    forget();
    state.reset();
  },
  leave: () => {
    for (const each of [job, fixJob, inspectJob]) each.close();
  },
};
