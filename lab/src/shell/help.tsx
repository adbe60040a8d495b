/** All keys, and what the room shows. */
import type { JSX } from "preact";
import { keyName } from "./actions.ts";
import { Dialog } from "./dialog.tsx";
import { openRoom } from "./open-room.ts";
import { rooms } from "./rooms.ts";

const everywhere: readonly (readonly [string, string])[] = [
  ["/", "search commands"],
  ["?", "this list"],
  ["Esc", "cancel what computes, close"],
  ["s", "copy the link that restores this view"],
  ["r", "reset the room"],
  [`1 to ${rooms.length}`, "go to a room"],
  ["Arrows", "move what has the focus: cross-hair, slider, reading cursor"],
  ["Shift + arrow", "ten steps"],
  ["Alt + arrow", "a tenth of a step"],
  ["l", "on a figure: logarithmic or linear values"],
];

/** The help dialog. */
export function Help(): JSX.Element {
  const open = openRoom.value;
  const own =
    open.kind === "open" ? open.room.shortcuts.map(({ key, does }) => [keyName(key), does] as const) : [];
  return (
    <Dialog title="Keys">
      {open.kind === "open" && <p>{open.room.summary}</p>}
      <dl class="keys">
        {[...own, ...everywhere].map(([key, does]) => (
          <div key={key + does}>
            <dt>
              <kbd>{key}</kbd>
            </dt>
            <dd>{does}</dd>
          </div>
        ))}
      </dl>
      <p class="soft">
        Everything is computed in this tab, by the isinglass library. Nothing is sent anywhere.
      </p>
    </Dialog>
  );
}
