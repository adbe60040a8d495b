/** Recognises files that are often given in place of an ONNX model, to say what they are and what to do. */

interface Foreign {
  readonly what: string;
  readonly hint: string;
}

interface Signature extends Foreign {
  readonly matches: (start: Uint8Array, text: string) => boolean;
}

const exportHint = "export it: torch.onnx.export(model, example_input, 'model.onnx')";

const signatures: readonly Signature[] = [
  {
    matches: (start) => start.length === 0,
    what: "it is empty",
    hint: "export or copy it again",
  },
  {
    matches: (_start, text) => text.startsWith("PK\x03\x04"),
    what: "it is a zip archive, as PyTorch checkpoints (.pt, .pth) and .npz files are",
    hint: exportHint,
  },
  {
    matches: (start) => start[0] === 0x80 && (start[1] as number) <= 5 && start[2] !== 0,
    what: "it is a Python pickle, as old PyTorch checkpoints are",
    hint: exportHint,
  },
  {
    matches: (_start, text) => text.startsWith("version https://git-lfs"),
    what: "it is a Git LFS pointer, not the file itself",
    hint: "fetch the file: git lfs pull",
  },
  {
    matches: (_start, text) => text.startsWith("\x89HDF"),
    what: "it is an HDF5 file, as Keras models are",
    hint: "convert it with tf2onnx",
  },
  {
    matches: (_start, text) => text[8] === "{" && text[9] === '"',
    what: "it is a safetensors file, which holds weights but no network",
    hint: "build the model, load these weights and export it with torch.onnx.export",
  },
  {
    matches: (_start, text) => text.slice(4, 8) === "TFL3",
    what: "it is a TensorFlow Lite model",
    hint: "convert it with tf2onnx --tflite",
  },
  {
    matches: (start, text) => /^\s*[<{[#]/.test(text) && start.every((byte) => byte >= 9),
    what: "it is a text file",
    hint: "name the .onnx file",
  },
];

/** What a file is that starts with these bytes; null when it may be ONNX. */
export function foreignFormat(start: Uint8Array, size: number): Foreign | null {
  const text = String.fromCharCode(...start);
  return signatures.find(({ matches }) => matches(start.subarray(0, size), text)) ?? null;
}
