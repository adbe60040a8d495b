/** What the build adds to the page: its policy, workers, samples of MNIST, the service worker, the list of files left to packages. */
export { offlinePlugin } from "./offline.ts";
export { policyPlugin } from "./policy.ts";
export { runtimePlugin } from "./runtime.ts";
export { makeSamples, samplesPlugin } from "./samples.ts";
export { workersPlugin } from "./workers.ts";
