/** Runs the tasks in the page and leaves the results where the test finds them. */
import * as tasks from "./tasks.ts";

declare global {
  interface Window {
    run(task: keyof typeof tasks): Promise<unknown>;
  }
}

window.run = (task) => tasks[task]();
