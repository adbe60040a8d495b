/** Starts the lab. */
import { render } from "preact";
import { startKeys } from "./shell/keys.ts";
import { startRooms } from "./shell/open-room.ts";
import { Shell } from "./shell/shell.tsx";
import { startTheme } from "./theme.ts";

startTheme();
const root = document.getElementById("lab");
if (root === null) throw new Error("internal: the page has no element called lab");
root.replaceChildren();
render(<Shell />, root);
startRooms();
startKeys();
