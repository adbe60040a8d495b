/** A place to drop a file on, or to choose one by a button. The file stays in the tab. */
import type { JSX } from "preact";
import { useId, useState } from "preact/hooks";

/** What `DropZone` is given. */
export interface DropZoneProps {
  readonly label: string;
  /** File endings with dot: [".onnx", ".npy"]; others are handed on too, so that the reader can say what is wrong. */
  readonly accept: readonly string[];
  readonly onFile: (file: File) => void;
  readonly hint?: string;
}

/** A drop zone. */
export function DropZone({ label, accept, onFile, hint }: DropZoneProps): JSX.Element {
  const [isOver, setOver] = useState(false);
  const id = useId();
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: dropping is an addition to the button inside
    <div
      class={`control drop-zone${isOver ? " over" : ""}`}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        event.preventDefault();
        setOver(false);
        const file = event.dataTransfer?.files[0];
        if (file !== undefined) onFile(file);
      }}
    >
      <label for={id}>{label}</label>
      <input
        id={id}
        type="file"
        accept={accept.join(",")}
        onChange={(event) => {
          const file = event.currentTarget.files?.[0];
          if (file !== undefined) onFile(file);
          event.currentTarget.value = ""; // the same file may be chosen again
        }}
      />
      <p class="soft">{hint ?? "Drop a file here, or choose one. It does not leave this tab."}</p>
    </div>
  );
}
