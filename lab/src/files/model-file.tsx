/** A dropped model beside the other settings of a room, and the zones that take files. */
import type { JSX } from "preact";
import { DropZone } from "../controls/index.ts";
import type { FieldSignal } from "../state/index.ts";
import { formatBytes } from "./bytes.ts";
import { DATA_ENDINGS } from "./shelf.ts";

/** What `ModelFile` is given. */
export interface ModelFileProps {
  readonly name: string;
  /** Null while the tab does not have it. */
  readonly file: File | null;
  /** Sizes that the file leaves open: "input=1,8". */
  readonly shapes: FieldSignal<string>;
  /** Back to the text. */
  readonly onForget: () => void;
}

/** Name and size of a model, and the sizes that it leaves open. */
export function ModelFile({ name, file, shapes, onForget }: ModelFileProps): JSX.Element {
  return (
    <div class="model-file">
      <p class="soft">Model</p>
      <p>
        <strong>{name}</strong>
        {file !== null && <span class="soft">{` ${formatBytes(file.size)}`}</span>}
      </p>
      <label class="control">
        <span>sizes that the file leaves open</span>
        <input
          type="text"
          value={shapes.value}
          placeholder="input=1,8"
          autocomplete="off"
          spellcheck={false}
          onInput={({ currentTarget }) => shapes.edit(currentTarget.value)}
          onChange={() => shapes.commit()}
        />
      </label>
      <button type="button" onClick={onForget}>
        Type a specification instead
      </button>
    </div>
  );
}

/** Takes a model (or data, which `onFile` tells apart). */
export function ModelDrop({
  isFile,
  onFile,
}: {
  readonly isFile: boolean;
  readonly onFile: (file: File) => void;
}): JSX.Element {
  return (
    <DropZone
      label={isFile ? "Another model or data file" : "Or a model: an ONNX file"}
      accept={[".onnx"]}
      onFile={onFile}
      hint="Drop it here or anywhere in this room. It is read in this tab and sent nowhere."
    />
  );
}

/** Takes data. */
export function DataDrop({
  file,
  onFile,
}: {
  readonly file: File | null;
  readonly onFile: (file: File) => void;
}): JSX.Element {
  return (
    <DropZone
      label={file === null ? "Your data" : `${file.name}, ${formatBytes(file.size)}`}
      accept={DATA_ENDINGS}
      onFile={onFile}
      hint="npy, npz, CSV or safetensors with one example a row. It stays in this tab."
    />
  );
}

/** Handlers of a room that takes files wherever they are dropped. */
export function dropHandlers(onFile: (file: File) => void): {
  onDragOver(event: DragEvent): void;
  onDrop(event: DragEvent): void;
} {
  return {
    onDragOver: (event) => event.preventDefault(),
    onDrop: (event) => {
      const file = event.dataTransfer?.files[0];
      if (event.defaultPrevented || file === undefined) return;
      event.preventDefault();
      onFile(file);
    },
  };
}
