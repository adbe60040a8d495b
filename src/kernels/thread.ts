/** A kernel thread: joins the shared memory, then waits for jobs in the control block until it is terminated. */
import { platform } from "#platform";
import { ARGUMENT_COUNT, controlViews, DONE, FUNCTION, GENERATION, type ThreadStart } from "./threads.ts";

/** Polls this often before going to sleep: a panel of the reduction hands out a job every few microseconds. */
const SPINS = 20_000;

const port = platform.parentPort();
port.onMessage((message) => {
  const { module, memory, control, part, parts } = message as ThreadStart;
  const instance = new WebAssembly.Instance(module, { env: { memory } });
  const functions = WebAssembly.Module.exports(module).map(
    ({ name }) => instance.exports[name] as (...values: number[]) => void,
  );
  const [words, values] = controlViews(memory, control);
  let generation = Atomics.load(words, GENERATION);
  port.post("ready");
  for (;;) {
    let spins = 0;
    while (Atomics.load(words, GENERATION) === generation) {
      if (++spins > SPINS) {
        Atomics.wait(words, GENERATION, generation);
        spins = 0;
      }
    }
    generation = Atomics.load(words, GENERATION);
    const job = functions[words[FUNCTION] as number] as (...numbers: number[]) => void;
    job(part, parts, ...values.subarray(0, words[ARGUMENT_COUNT] as number));
    Atomics.add(words, DONE, 1);
  }
});
