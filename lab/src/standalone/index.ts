/** The current view as one file: figures, numbers, parameters, and how to make them again. Loaded when it is asked for. */
import { download } from "../figure/save.ts";
import type { Room } from "../room.ts";
import { keepFigures } from "./figures.ts";
import { renderView } from "./page.ts";
import { panelsOf } from "./panels.ts";

/** Saves what a room shows; `link` shows the same in the lab. */
export async function saveView(room: Room, link: string): Promise<void> {
  const element = document.querySelector(".room");
  const figures = await keepFigures();
  if (element === null || figures.length === 0)
    throw new Error("there are no figures yet; wait until something is drawn");
  const html = renderView({
    ...{ title: room.title, summary: room.summary, link, figures },
    ...{ commandLine: room.commandLine(), code: room.code() },
    panels: panelsOf(element),
    saved: new Date(),
  });
  download(`isinglass-${room.name}.html`, html, "text/html");
}
