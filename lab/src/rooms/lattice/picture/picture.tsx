/** The canvas: drags, wheel, pinch and keys move the view; a click picks a cell. */
import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { attach } from "./stage.ts";

/** The picture of the lattice. */
export function Picture({
  label,
  note,
}: {
  readonly label: string;
  note(text: string | null): void;
}): JSX.Element {
  const canvas = useRef<HTMLCanvasElement>(null);
  const announced = useSignal("");
  useEffect(() => {
    const element = canvas.current;
    if (element === null) return;
    return attach(element, note, (text) => {
      announced.value = text;
    });
  }, [note, announced]);
  return (
    <>
      {/* biome-ignore lint/a11y/noInteractiveElementToNoninteractiveRole: a canvas that takes arrow keys is an application */}
      <canvas
        ref={canvas}
        class="lattice-canvas"
        tabIndex={0}
        role="application"
        aria-label={label}
        aria-describedby="lattice-keys"
      />
      <p class="visually-hidden" id="lattice-keys">
        Arrow keys move the view, with Shift ten times as far; plus and minus enlarge; brackets turn; zero
        goes home; Enter picks the cell in the middle.
      </p>
      <output class="visually-hidden" aria-live="polite">
        {announced.value}
      </output>
    </>
  );
}
