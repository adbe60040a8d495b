// Critical initialisations of several activations, typed expressions included.
import { resolveActivation } from "isinglass/networks";
import { solveCriticalLine, solveMeanField } from "isinglass/signal";

for (const [name, sigmaB2] of [
  ["tanh", 0.05],
  ["erf", 0.05],
  ["relu", 0],
  ["x*sigmoid(1.5*x)", 0.1],
]) {
  const activation = resolveActivation(name);
  const { sigmaW2 } = solveCriticalLine(activation, sigmaB2);
  const { chi1, xiC } = solveMeanField(activation, { sigmaW2: 0.9 * sigmaW2.value, sigmaB2 });
  console.log(
    `${name}: weight variance ${sigmaW2.value.toFixed(4)} / fan-in with bias variance ${sigmaB2};`,
    `10 % below it, chi1 = ${chi1.value.toFixed(3)} and signals survive ${(6 * xiC.value).toFixed(0)} layers`,
  );
}
