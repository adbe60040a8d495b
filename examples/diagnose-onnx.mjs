// A file exported from PyTorch: which layers lose the signal, and the same model with critical weights.
import { writeFile } from "node:fs/promises";
import { fromOnnx } from "isinglass/engine";
import { createStream } from "isinglass/numerics";
import { diagnoseModel, writeCriticalModel } from "isinglass/signal";

const [file = "test/fixtures/models/mlp.onnx", output] = process.argv.slice(2);
const stream = createStream(1);
const { inputs: declared } = await fromOnnx(file);
const shape = declared[0].shape.slice(1);
const count = 32;
const inputs = new Float32Array(count * shape.reduce((product, size) => product * size, 1));
stream.fork("data").fillNormal(inputs);
const data = { name: "white noise", inputs, count, shape, provenance: [] };

const importAt = (batch) => fromOnnx(file, { batch });
const { graph, parameters } = await importAt(count);
const diagnosis = await diagnoseModel({ name: file, graph, parameters }, data, stream.fork("cotangents"));
console.log(diagnosis.verdict.headline);
console.log(diagnosis.verdict.advice);
for (const { layer, name, state, note } of diagnosis.layers)
  console.log(`${layer} ${name}: ${state} ${note}`);
if (output) await writeFile(output, await writeCriticalModel(importAt, diagnosis, stream.fork("fix")));
