/** Which network: a text with the place of its mistake, presets, or a dropped model. */
import type { JSX } from "preact";
import { useId } from "preact/hooks";
import { ModelDrop, ModelFile } from "../../files/index.ts";
import { reading, type TextProblem } from "./document.ts";
import { dropModel, modelFile, takeAny } from "./files.ts";
import { state } from "./state.ts";

/** Networks of docs/specs.md that a tab measures in seconds. */
const PRESETS: readonly (readonly [name: string, text: string])[] = [
  ["Deep tanh network, PyTorch's initialisation", "784-300x50-10 tanh"],
  ["The same at the critical point", "784-300x50-10 tanh sw2=1.76 sb2=0.05"],
  ["The same in the chaotic phase", "784-300x50-10 tanh sw2=3 sb2=0.05"],
  ["Deep ReLU network, He's initialisation", "784-300x30-10 relu init=he"],
  ["Convolutions", "cnn:1x28x28-c16x6-max2-c32x6-gap-10 relu init=he"],
  ["Residual blocks", "784-300-y300x20-10 tanh sw2=1 sv2=1"],
  ["Autoencoder", "autoencoder:784-256-32"],
  ["An activation of its own", "784-300x20-10 x*sigmoid(1.5*x) sw2=2"],
];

/** The panel. */
export function NetworkPanel(): JSX.Element {
  const isFile = state.modelFile.value !== "";
  return (
    <div class="stack">
      {isFile ? (
        <ModelFile
          name={state.modelFile.value}
          file={modelFile.value}
          shapes={state.shapes}
          onForget={dropModel}
        />
      ) : (
        <SpecText />
      )}
      <ModelDrop isFile={isFile} onFile={takeAny} />
    </div>
  );
}

function SpecText(): JSX.Element {
  const id = useId();
  const now = reading.value;
  const problem = "problem" in now ? now.problem : null;
  return (
    <div class="control expression">
      <label for={id}>network</label>
      <textarea
        id={id}
        rows={2}
        autocomplete="off"
        autocapitalize="off"
        spellcheck={false}
        value={state.text.value}
        aria-invalid={problem !== null}
        aria-describedby={`${id}-problem`}
        onInput={({ currentTarget }) => state.text.edit(currentTarget.value.replaceAll("\n", " "))}
        onChange={() => state.text.commit()}
      />
      <div id={`${id}-problem`} role="alert" class="problem">
        {problem !== null && <Mistake text={state.text.value} problem={problem} />}
      </div>
      <label for={`${id}-preset`}>preset</label>
      <select
        id={`${id}-preset`}
        value={PRESETS.find(([, text]) => text === state.text.value)?.[1] ?? ""}
        onChange={({ currentTarget }) => currentTarget.value !== "" && state.text.commit(currentTarget.value)}
      >
        <option value="">choose ...</option>
        {PRESETS.map(([name, text]) => (
          <option value={text} key={text}>
            {name}
          </option>
        ))}
      </select>
    </div>
  );
}

/** The text with its mistake marked, and what was expected there. */
function Mistake({
  text,
  problem: { message, hint, place },
}: {
  text: string;
  problem: TextProblem;
}): JSX.Element {
  const from = (place?.column ?? 1) - 1;
  const length = place?.length ?? 0;
  return (
    <>
      {place !== null && (
        <code class="mistake">
          {text.slice(0, from)}
          <mark>{text.slice(from, from + length) || "␣"}</mark>
          {text.slice(from + length)}
        </code>
      )}
      <p>{message}</p>
      <p class="soft">{hint}</p>
    </>
  );
}
