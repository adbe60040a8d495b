/** The network as a row of blocks: choose one to change it; the text beside it is the same document. */
import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { formatNetwork, type NetworkSpec, type SpecOptions } from "../../../../src/networks/spec/index.ts";
import {
  type Block,
  type BlockNumber,
  blockOf,
  NEW_LAYERS,
  withLayer,
  withMovedLayer,
  withNumber,
  withoutLayer,
} from "./blocks.ts";
import { Settings } from "./builder-settings.tsx";
import { reading, readText, writeSpec } from "./document.ts";

/** The diagram; while the text has a mistake it shows the network before it. */
export function Builder(): JSX.Element | null {
  const last = useSignal<NetworkSpec | null>(null);
  const chosen = useSignal<number | null>(null);
  const problem = useSignal<string | null>(null);
  const now = reading.value;
  const spec = "spec" in now ? now.spec : last.peek();
  if (spec === null) return null;
  if (last.peek() !== spec) last.value = spec;
  const change = (next: NetworkSpec, nextChosen: number | null, options: SpecOptions = {}): void => {
    const read = readText(formatNetwork(next), options);
    problem.value = "problem" in read ? read.problem.message : null;
    if ("problem" in read) return;
    chosen.value = nextChosen;
    writeSpec(read.spec);
  };
  const at = chosen.value;
  const layer = at === null ? undefined : spec.layers[at];
  return (
    <section class="panel builder" aria-labelledby="builder">
      <h2 id="builder">Network</h2>
      <ol class="blocks">
        <li class="block fixed">
          <span class="block-title">input</span>
          <span>{spec.input.join(" × ")}</span>
        </li>
        {spec.layers.map((each, i) => (
          <li key={i}>
            <BlockButton
              block={blockOf(each)}
              isChosen={at === i}
              activation={i === spec.layers.length - 1 ? spec.output : spec.activation}
              onClick={() => {
                problem.value = null;
                chosen.value = at === i ? null : i;
              }}
            />
          </li>
        ))}
      </ol>
      {layer !== undefined && at !== null && (
        <div class="block-editor">
          {blockOf(layer).numbers.map((number) => (
            <NumberBox
              key={`${at} ${number.key}`}
              number={number}
              onValue={(value) => change(withNumber(spec, at, number.key, value), at)}
            />
          ))}
          <button
            type="button"
            disabled={at === 0}
            onClick={() => change(withMovedLayer(spec, at, -1), at - 1)}
          >
            Earlier
          </button>
          <button
            type="button"
            disabled={at === spec.layers.length - 1}
            onClick={() => change(withMovedLayer(spec, at, 1), at + 1)}
          >
            Later
          </button>
          <button
            type="button"
            disabled={spec.layers.length === 1}
            onClick={() => change(withoutLayer(spec, at), null)}
          >
            Remove
          </button>
          <label class="control">
            <span>Add behind it</span>
            <select
              value=""
              onChange={({ currentTarget }) => {
                const added = NEW_LAYERS[currentTarget.value];
                currentTarget.value = "";
                if (added !== undefined) change(withLayer(spec, at, added), at + 1);
              }}
            >
              <option value="">choose ...</option>
              {Object.keys(NEW_LAYERS).map((name) => (
                <option value={name} key={name}>
                  {name}
                </option>
              ))}
            </select>
          </label>
        </div>
      )}
      <Settings spec={spec} onChange={(options) => change(spec, chosen.value, options)} />
      {problem.value !== null && (
        <p class="problem" role="alert">
          {problem.value}
        </p>
      )}
      {"problem" in now && <p class="soft">The text has a mistake; this is the network before it.</p>}
    </section>
  );
}

function BlockButton({
  block: { title, detail, repeat },
  isChosen,
  activation,
  onClick,
}: {
  block: Block;
  isChosen: boolean;
  activation: string;
  onClick: () => void;
}): JSX.Element {
  return (
    <button
      type="button"
      class={`block${repeat > 1 ? " many" : ""}`}
      aria-pressed={isChosen}
      onClick={onClick}
    >
      <span class="block-title">
        {title}
        {repeat > 1 && <b>{` × ${repeat}`}</b>}
      </span>
      <span>{detail}</span>
      <span class="block-activation">{activation}</span>
    </button>
  );
}

/** A whole number from 1; what cannot be used stays in the box with its reason. */
function NumberBox({
  number,
  onValue,
}: {
  number: BlockNumber;
  onValue: (value: number) => void;
}): JSX.Element {
  const [draft, setDraft] = useState<string | null>(null);
  const take = (text: string): void => {
    const value = Number(text);
    if (!(Number.isSafeInteger(value) && value >= 1)) return;
    setDraft(null);
    onValue(value);
  };
  const isWrong = draft !== null && !(Number.isSafeInteger(Number(draft)) && Number(draft) >= 1);
  return (
    <label class="control">
      <span>{number.label}</span>
      <input
        type="text"
        inputMode="numeric"
        value={draft ?? String(number.value)}
        aria-invalid={isWrong}
        onInput={({ currentTarget }) => setDraft(currentTarget.value)}
        onChange={({ currentTarget }) => take(currentTarget.value)}
      />
      {isWrong && <span class="problem">expected a whole number from 1</span>}
    </label>
  );
}
