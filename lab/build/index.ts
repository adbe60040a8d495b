/** What the build adds to the page: samples of MNIST, the service worker, and the list of files left to packages. */
export { offlinePlugin } from "./offline.ts";
export { makeSamples, samplesPlugin } from "./samples.ts";
