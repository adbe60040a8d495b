/** Runs the tasks in the page and leaves the results where the test finds them. */
import { eigenvalues, gradientByRuntime, meanField, randomNumbers } from "./tasks.ts";

const tasks = { eigenvalues, gradientByRuntime, meanField, randomNumbers };

declare global {
  interface Window {
    run(task: keyof typeof tasks): Promise<unknown>;
  }
}

window.run = (task) => tasks[task]();
