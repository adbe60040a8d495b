/** Which data, how many draws, and where it is computed. */
import type { JSX } from "preact";
import { Choice, NumberEntry } from "../../controls/index.ts";
import { DataDrop } from "../../files/index.ts";
import { dataFile, takeAny } from "./files.ts";
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
      {isFile && <DataDrop file={dataFile.value} onFile={takeAny} />}
      <NumberEntry label="examples" field={state.examples} />
      {!isModel && <NumberEntry label="draws of the parameters" field={state.seeds} />}
      <NumberEntry label="seed" field={state.seed} />
      <Choice label="computed by" field={state.device} words={{ cpu: "WebAssembly", webgpu: "WebGPU" }} row />
    </div>
  );
}
