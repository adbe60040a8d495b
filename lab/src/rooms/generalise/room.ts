/** What the shell needs to know about the Generalise room. */
import type { Room } from "../../room.ts";
import { job } from "./curves.ts";
import { commandLine, program } from "./program.ts";
import { saveTeacherTask } from "./save-task.ts";
import { requestOf, state } from "./state.ts";
import { View } from "./view.tsx";

/** The Generalise room. */
export const room: Room = {
  name: "generalise",
  title: "Generalise",
  summary:
    "What a network will learn from how many examples, before training: infinite width, its own width, and sampled.",
  state,
  View,
  commandLine: () => commandLine(requestOf()),
  code: () => program(requestOf()),
  shortcuts: [
    {
      key: " ",
      does: "Sample the posterior, or stop",
      run: () => state.isSampled.commit(!state.isSampled.peek()),
    },
    { key: "+", does: "Double the width", run: () => scaleWidth(2) },
    { key: "-", does: "Halve the width", run: () => scaleWidth(0.5) },
  ],
  commands: [{ name: "Save the teacher's task for effective-action", run: saveTeacherTask }],
  reset: () => state.reset(),
  leave: () => job.close(),
};

function scaleWidth(factor: number): void {
  const { field } = state.width;
  const wanted = Math.round(state.width.peek() * factor);
  state.width.commit(Math.min(field.max, Math.max(field.min, wanted)));
}
