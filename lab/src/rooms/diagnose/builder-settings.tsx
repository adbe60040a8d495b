/** What all layers of the document share: activation, initialisation, variances, normalisation. */
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { type NetworkSpec, type SpecOptions, schemeNames } from "../../../../src/networks/spec/index.ts";

/** What the settings are given. */
export interface SettingsProps {
  readonly spec: NetworkSpec;
  readonly onChange: (options: SpecOptions) => void;
}

/** Schemes whose variances a person may choose. */
const FREE: ReadonlySet<string> = new Set(["gaussian", "orthogonal", "delta-orthogonal"]);

/** The settings. */
export function Settings({ spec, onChange }: SettingsProps): JSX.Element {
  const { scheme, sigmaW2, sigmaB2 } = spec.initialization;
  const isFree = FREE.has(scheme);
  return (
    <div class="block-editor">
      <TextBox
        label="activation"
        text={spec.activation}
        onText={(activation) => onChange({ activation })}
        wide
      />
      <label class="control">
        <span>initialisation</span>
        <select
          value={scheme}
          onChange={({ currentTarget }) =>
            onChange({ scheme: currentTarget.value as NetworkSpec["initialization"]["scheme"] })
          }
        >
          {schemeNames.map((name) => (
            <option value={name} key={name}>
              {name}
            </option>
          ))}
        </select>
      </label>
      {isFree && (
        <>
          <TextBox
            label="σ_w²"
            text={String(sigmaW2 ?? 1)}
            onText={(text) => onChange({ sigmaW2: Number(text), sigmaB2: sigmaB2 ?? 0 })}
            isNumber
          />
          <TextBox
            label="σ_b²"
            text={String(sigmaB2 ?? 0)}
            onText={(text) => onChange({ sigmaW2: sigmaW2 ?? 1, sigmaB2: Number(text) })}
            isNumber
          />
        </>
      )}
      <label class="control">
        <span>normalisation</span>
        <select
          value={spec.normalization}
          onChange={({ currentTarget }) =>
            onChange({ normalization: currentTarget.value as NetworkSpec["normalization"] })
          }
        >
          {["none", "batch", "layer"].map((name) => (
            <option value={name} key={name}>
              {name}
            </option>
          ))}
        </select>
      </label>
    </div>
  );
}

/** A text that is taken when the box is left or Enter is pressed. */
function TextBox({
  label,
  text,
  onText,
  isNumber = false,
  wide = false,
}: {
  label: string;
  text: string;
  onText: (text: string) => void;
  isNumber?: boolean;
  wide?: boolean;
}): JSX.Element {
  const [draft, setDraft] = useState<string | null>(null);
  const isWrong = isNumber && draft !== null && !(draft.trim() !== "" && Number(draft) >= 0);
  return (
    <label class="control">
      <span>{label}</span>
      <input
        type="text"
        class={wide ? "wide" : ""}
        inputMode={isNumber ? "decimal" : "text"}
        autocomplete="off"
        spellcheck={false}
        value={draft ?? text}
        aria-invalid={isWrong}
        onInput={({ currentTarget }) => setDraft(currentTarget.value)}
        onChange={({ currentTarget }) => {
          if (isWrong) return;
          setDraft(null);
          onText(currentTarget.value);
        }}
      />
      {isWrong && <span class="problem">expected a number not below 0</span>}
    </label>
  );
}
