/** The same diagnosis as a command and as a program of the library. */
import { SpecError } from "../../../../src/base/index.ts";
import { parseShapes } from "../../../../src/engine/onnx/index.ts";

/** Everything that decides the numbers; `data` is resolved: null means examples of the network's own, or the default. */
export interface Copied {
  readonly network:
    | { readonly kind: "specification"; readonly text: string }
    /** `shapes` as it is typed: "input=1,8"; empty for none. */
    | { readonly kind: "file"; readonly text: string; readonly shapes: string };
  readonly data:
    | { readonly kind: "mnist" }
    | { readonly kind: "own" }
    | { readonly kind: "noise" | "mixture"; readonly shape: readonly number[]; readonly isDefault: boolean }
    | { readonly kind: "file"; readonly name: string };
  readonly examples: number;
  readonly seeds: number;
  readonly seed: number;
}

/** The library's name of the MNIST sample that the page carries. */
const SAMPLE = "mnist-sample";
/** Defaults of `isinglass diagnose`. */
const EXAMPLES = 256;
const SEEDS = 5;

/** `isinglass diagnose ...` with everything that is not a default. */
export function commandLineOf({ network, data, examples, seeds, seed }: Copied): string {
  const isFile = network.kind === "file";
  const name = dataArgument(data);
  return [
    "isinglass diagnose",
    quote(network.text),
    ...(network.kind === "file" && network.shapes !== "" ? ["--shape", quote(network.shapes)] : []),
    ...(name === null ? [] : ["--data", quote(name)]),
    ...(examples === EXAMPLES ? [] : ["--examples", examples]),
    ...(isFile || seeds === SEEDS ? [] : ["--seeds", seeds]),
    ...(seed === 0 ? [] : ["--seed", seed]),
  ].join(" ");
}

function dataArgument(data: Copied["data"]): string | null {
  switch (data.kind) {
    case "mnist":
      return SAMPLE;
    case "own":
      return null;
    case "file":
      return data.name;
    default:
      return data.isDefault ? null : data.kind;
  }
}

/** Text as one word of a shell. */
function quote(text: string): string {
  return /^[\w./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}

/** A program of the library that prints the verdict; the numbers are those of the page. */
export function codeOf({ network, data, examples, seeds, seed }: Copied): string {
  const isFile = network.kind === "file";
  const text = JSON.stringify(network.text);
  const sizes = network.kind === "file" ? shapesOption(network.shapes) : "";
  const open = isFile
    ? `await openModel(${text}, { name: ${text}, seed: ${seed}${sizes} })`
    : `openSpecification(parseNetwork(${text}), { seed: ${seed} })`;
  const imports = [
    ...(data.kind === "own" ? [] : [`import { loadDataset } from "isinglass/data";`]),
    ...(isFile ? [] : [`import { parseNetwork } from "isinglass/networks";`]),
    `import { ${isFile ? "openModel" : "openSpecification"} } from "isinglass/signal";`,
  ];
  const lines = [
    `const network = ${open};`,
    ...(data.kind === "own"
      ? [`const examples = network.ownData(${examples});`]
      : [`const { train: examples } = await loadDataset(${loadArguments(data, examples, seed)});`]),
    `const diagnosis = await network.diagnose(examples${isFile ? "" : `, { seeds: ${seeds} }`});`,
    "console.log(diagnosis.verdict.headline, diagnosis.verdict.reason);",
  ];
  return `${[...imports, "", ...lines].join("\n")}\n`;
}

/** The option that says open sizes; text that says none is left out. */
function shapesOption(text: string): string {
  try {
    const shapes = parseShapes(text);
    return Object.keys(shapes).length === 0 ? "" : `, shapes: ${JSON.stringify(shapes)}`;
  } catch (error) {
    if (error instanceof SpecError) return "";
    throw error;
  }
}

function loadArguments(
  data: Exclude<Copied["data"], { kind: "own" }>,
  examples: number,
  seed: number,
): string {
  const name =
    data.kind === "mnist"
      ? SAMPLE
      : data.kind === "file"
        ? data.name
        : `${data.kind}:${data.shape.join("x")}`;
  // noise that nobody asked for is standardised by its making
  const isPlain = data.kind === "noise" && data.isDefault;
  const options = [
    `train: ${examples}`,
    "test: 0",
    `seed: ${seed}`,
    ...(isPlain ? [] : [`standardize: "global"`]),
  ];
  return `${JSON.stringify(name)}, { ${options.join(", ")} }`;
}
