/** Starts the lab. */
import { render } from "preact";
import { notify } from "./notices.ts";
import { startOffline } from "./offline/index.ts";
import { startKeys } from "./shell/keys.ts";
import { startRooms } from "./shell/open-room.ts";
import { Shell } from "./shell/shell.tsx";
import { startTheme } from "./theme.ts";

startTheme();
const root = document.getElementById("lab");
if (root === null) throw new Error("internal: the page has no element called lab");
startRooms(); // the room's chunk is on its way while the shell is drawn
root.replaceChildren();
render(<Shell />, root);
startKeys();
// a browser that forbids service workers (private windows, say) just stays online
void startOffline({
  onUpdate: (run) =>
    notify({
      kind: "info",
      text: "A newer version of the lab is ready.",
      action: { label: "Use it now", run },
    }),
});
