/** What the shell needs to know about the Run room. */
import type { Room } from "../../room.ts";
import { refresh, shown, stopFollowing } from "./runs.ts";
import { state } from "./state.ts";
import { View } from "./view.tsx";

/** The Run room. */
export const room: Room = {
  name: "run",
  title: "Runs",
  summary:
    "What the command line has measured: plan, results and figures of a run folder, while it goes on too.",
  state,
  View,
  commandLine: () => {
    const id = shown.peek()?.id;
    return id === undefined ? null : `isinglass lab runs/${id}`;
  },
  code: () =>
    [
      'import { readFile } from "node:fs/promises";',
      "",
      `const folder = ${JSON.stringify(`runs/${shown.peek()?.id ?? "FOLDER"}`)};`,
      `const manifest = JSON.parse(await readFile(\`\${folder}/manifest.json\`, "utf8"));`,
      `const lines = (await readFile(\`\${folder}/results.ndjson\`, "utf8")).trimEnd().split("\\n");`,
      "const results = lines.map((line) => JSON.parse(line));",
      "console.log(manifest.kind, results.length, manifest.steps.length);",
      "",
    ].join("\n"),
  shortcuts: [{ key: "u", does: "Read the run folder again", run: () => void refresh() }],
  reset: () => state.reset(),
  leave: stopFollowing,
};
