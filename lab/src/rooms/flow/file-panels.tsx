/** Dropped files in this room: what the model holds, what a link lacks, and the way back to the sample. */
import type { JSX } from "preact";
import {
  DataDrop,
  formatBytes,
  InspectionPanel,
  MissingFile,
  ModelDrop,
  ModelFile,
} from "../../files/index.ts";
import { dataFile, forgetData, forgetModel, inspectJob, modelFile, takeAny } from "./files.ts";
import { state } from "./state.ts";

/** The model among the controls; the text is what the room gives. */
export function NetworkChoice({ text }: { readonly text: JSX.Element }): JSX.Element {
  const name = state.modelFile.value;
  return (
    <>
      {name === "" ? (
        text
      ) : (
        <ModelFile name={name} file={modelFile.value} shapes={state.shapes} onForget={forgetModel} />
      )}
      <ModelDrop isFile={name !== ""} onFile={takeAny} />
    </>
  );
}

/** The data among the controls. */
export function DataChoice(): JSX.Element {
  const name = state.dataFile.value;
  return (
    <>
      <DataDrop file={dataFile.value} onFile={takeAny} />
      {name === "" ? (
        <p class="soft">
          Without data of yours: 2000 training and 500 test images of MNIST, part of this page.
        </p>
      ) : (
        <button type="button" onClick={forgetData}>
          Use the sample of MNIST instead
        </button>
      )}
    </>
  );
}

/** What is known about the files before anything is trained. */
export function FilePanels(): JSX.Element {
  const [model, data] = [state.modelFile.value, state.dataFile.value];
  return (
    <>
      {model !== "" &&
        (modelFile.value === null ? (
          <MissingFile name={model} what="model" />
        ) : (
          <InspectionPanel
            name={model}
            job={inspectJob}
            cost={({ parameters }) =>
              `Its weights take ${formatBytes(4 * parameters)} of memory; whether it is a chain of blocks is seen when decoders are trained.`
            }
          />
        ))}
      {data !== "" && dataFile.value === null && <MissingFile name={data} what="data file" />}
    </>
  );
}
