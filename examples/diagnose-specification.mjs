// Theory beside measurement for a network that exists only as a line of text, on data of your own.
import { parseNetwork } from "isinglass/networks";
import { createStream } from "isinglass/numerics";
import { diagnoseSpec } from "isinglass/signal";

const stream = createStream(1);
const inputs = new Float32Array(64 * 20);
stream.fork("data").fillNormal(inputs);
const data = {
  name: "white noise",
  inputs,
  count: 64,
  shape: [20],
  provenance: ["64 standard normal vectors"],
};

for (const sigmaW2 of [1, 1.76, 3]) {
  const spec = parseNetwork(`20-100x30-10 tanh sw2=${sigmaW2} sb2=0.05`);
  const { verdict, layers } = await diagnoseSpec(spec, data, stream.fork("networks"), { seeds: 3 });
  const { theory, measured } = layers[20].q;
  console.log(`sw2 = ${sigmaW2}: ${verdict.headline}`);
  console.log(
    `  q in layer 21: theory ${theory.toFixed(3)}, measured ${measured.value.toFixed(3)} +- ${measured.stderr.toFixed(3)}`,
  );
}
