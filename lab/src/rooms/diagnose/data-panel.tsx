/** Which data, how many draws, and where it is computed. */
import type { JSX } from "preact";
import { Choice, DropZone, NumberEntry } from "../../controls/index.ts";
import { formatBytes } from "./bytes.ts";
import { DATA_ENDINGS, dataFile, takeAny } from "./files.ts";
import { state } from "./state.ts";

/** The panel. */
export function DataPanel(): JSX.Element {
  const isModel = state.modelFile.value !== "";
  const isFile = state.data.value === "file";
  return (
    <div class="stack">
      <Choice
        label="data"
        field={state.data}
        words={{
          auto: "automatic: MNIST where it fits, else noise",
          mnist: "MNIST sample",
          noise: "white noise",
          mixture: "mixture of Gaussians",
          file: "a file of yours",
        }}
      />
      {isFile && (
        <DropZone
          label={
            dataFile.value === null
              ? "Your data"
              : `${dataFile.value.name}, ${formatBytes(dataFile.value.size)}`
          }
          accept={DATA_ENDINGS}
          onFile={takeAny}
          hint="npy, npz, CSV or safetensors with one example a row. It stays in this tab."
        />
      )}
      <NumberEntry label="examples" field={state.examples} />
      {!isModel && <NumberEntry label="draws of the parameters" field={state.seeds} />}
      <NumberEntry label="seed" field={state.seed} />
      <Choice label="computed by" field={state.device} words={{ cpu: "WebAssembly", webgpu: "WebGPU" }} row />
    </div>
  );
}
