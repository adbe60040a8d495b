/**
 * Reads the text form `[kind:]item-item-... [activation] [key=value ...]` word by word; see docs/specs.md. Mistakes
 * are reported with their column and the nearest valid word.
 */
import { IsinglassError, nearestWord, SpecError } from "../../base/index.ts";
import { resolveActivation } from "../activations/index.ts";
import { mergeEqual, mirrored } from "./arrange.ts";
import { parseItem } from "./items.ts";
import { initializationOf, parseOption, type SpecOptions } from "./options.ts";
import { type LayerSpec, NETWORK_SCHEMA, type NetworkKind, type NetworkSpec } from "./types.ts";
import { failAt, splitWord, type Word, wordsOf } from "./words.ts";

const kinds: readonly NetworkKind[] = ["mlp", "cnn", "resnet", "autoencoder", "generator", "discriminator"];
/** Defaults by kind where they differ from tanh inside and linear at the end (Radford et al. 2016 for the last two). */
const defaultActivation: Partial<Record<NetworkKind, string>> = {
  cnn: "relu",
  resnet: "relu",
  generator: "relu",
  discriminator: "leaky-relu:0.2",
};

/** The specification that a text stands for; shapes are not followed yet. */
export function parseText(source: string): NetworkSpec {
  const [head, ...rest] = wordsOf(source);
  if (head === undefined) return failAt(source, { text: "", column: 1 }, "a network");
  if (/\.(onnx|pt|pth|safetensors)$/i.test(head.text)) {
    throw new SpecError(`network "${source}": looks like a file, expected a specification.`, {
      hint: "Read ONNX files with `isinglass check FILE`; export other formats to ONNX first.",
    });
  }
  const firstOption = rest.findIndex(({ text }) => text.includes("="));
  const optionWords = firstOption < 0 ? [] : rest.slice(firstOption);
  const activationWords = firstOption < 0 ? rest : rest.slice(0, firstOption);
  let given: SpecOptions = {};
  for (const word of optionWords) {
    if (!word.text.includes("=")) failAt(source, word, "key=value after the first option");
    given = { ...given, ...parseOption(source, word) };
  }
  const { kind, items } = parseKind(source, head);
  const { input, layers } = parseArchitecture(source, kind, items);
  const positional = activationWords.map(({ text }) => text).join(" ");
  const [firstActivation] = activationWords;
  if (firstActivation !== undefined) locateActivation(source, firstActivation, positional);
  const fallback = defaultActivation[kind] ?? "tanh";
  return {
    schema: NETWORK_SCHEMA,
    kind,
    input,
    layers,
    activation: given.activation ?? (positional === "" ? fallback : positional),
    output: given.output ?? (kind === "generator" ? "tanh" : "linear"),
    normalization: given.normalization ?? "none",
    padding: given.padding ?? "zero",
    bias: given.bias ?? true,
    ...(given.keepRate === undefined ? {} : { keepRate: given.keepRate }),
    initialization: initializationOf(given),
  };
}

/** Reports a mistake in the activation by the column in the whole text. */
function locateActivation(source: string, word: Word, text: string): void {
  try {
    resolveActivation(text);
  } catch (error) {
    if (!(error instanceof IsinglassError)) throw error;
    const inner = typeof error.data.column === "number" ? error.data.column : 1;
    const reason = error.message.replace(/^activation "[^"]*"(, column \d+)?: /, "activation ");
    throw new SpecError(`network "${source}", column ${word.column + inner - 1}: ${reason}`, {
      ...(error.hint === undefined ? {} : { hint: error.hint }),
      data: { ...error.data, source, column: word.column + inner - 1 },
      cause: error,
    });
  }
}

function parseKind(source: string, head: Word): { kind: NetworkKind; items: Word[] } {
  const colon = head.text.indexOf(":");
  if (colon < 0) {
    const items = splitWord(head, "-");
    return { kind: guessKind(items), items };
  }
  const word = { text: head.text.slice(0, colon), column: head.column };
  const kind = kinds.find((candidate) => candidate === word.text.toLowerCase());
  if (kind === undefined) {
    const nearest = nearestWord(word.text, kinds);
    const hint = nearest === null ? undefined : `Did you mean "${nearest}:"?`;
    return failAt(source, word, `one of ${kinds.join(", ")} before the colon`, hint);
  }
  return {
    kind,
    items: splitWord({ text: head.text.slice(colon + 1), column: head.column + colon + 1 }, "-"),
  };
}

/** Without a word in front: blocks make a ResNet, convolutions a CNN, anything else is an MLP. */
function guessKind(items: readonly Word[]): NetworkKind {
  if (items.some(({ text }) => /^[by]\d/.test(text))) return "resnet";
  return items.some(({ text }) => /^c\d/.test(text)) ? "cnn" : "mlp";
}

interface Architecture {
  readonly input: readonly number[];
  readonly layers: readonly LayerSpec[];
}

function parseArchitecture(source: string, kind: NetworkKind, items: readonly Word[]): Architecture {
  const [first, ...rest] = items.map((word) => ({ word, layers: parseItem(source, word) }));
  const [head, ...tail] = first?.layers ?? [];
  if (first === undefined || head === undefined) return failAt(source, { text: "", column: 1 }, "a network");
  if (head.type !== "dense" && head.type !== "image") {
    return failAt(source, first.word, "the input first: a width such as 784 or an image such as 1x28x28");
  }
  const input = head.type === "dense" ? [head.width] : [...head.shape];
  if (head.type === "dense" && head.repeat > 1) tail.push({ ...head, repeat: head.repeat - 1 });
  const layers = mergeEqual([...tail, ...rest.flatMap(({ layers }) => layers)]);
  if (layers.length === 0) return failAt(source, first.word, "at least one layer after the input");
  return { input, layers: kind === "autoencoder" ? mirrored(input, layers) : layers };
}
