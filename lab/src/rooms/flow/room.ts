/** What the shell needs to know about the Flow room. */
import type { Room } from "../../room.ts";
import { forgetData, forgetModel, inspectJob } from "./files.ts";
import { clear, job, start } from "./measurements.ts";
import { pinCurrent, unpinAll } from "./pins.ts";
import { presets, take } from "./presets.ts";
import { commandLine, program } from "./program.ts";
import { requestOf } from "./request.ts";
import { state } from "./state.ts";
import { View } from "./view.tsx";

/** The Flow room. */
export const room: Room = {
  name: "flow",
  title: "Flow",
  summary:
    "How much of its input a network still knows at each depth: decoders, trained in this tab, bring it back.",
  state,
  View,
  commandLine: () => commandLine(requestOf()),
  code: () => program(requestOf()),
  shortcuts: [
    { key: " ", does: "Train the decoders", run: start },
    { key: "p", does: "Pin this network", run: pinCurrent },
  ],
  commands: [
    ...presets.map((preset) => ({
      name: `Preset: ${preset.name} (${preset.shows})`,
      run: () => {
        take(preset);
        start();
      },
    })),
    { name: "Remove all pins", run: unpinAll },
    { name: "Type a specification instead of the model", run: forgetModel },
    { name: "Use the sample of MNIST", run: forgetData },
  ],
  reset: () => {
    clear();
    state.reset();
  },
  leave: () => {
    job.close();
    inspectJob.close();
  },
};
