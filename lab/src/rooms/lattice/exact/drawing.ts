/** The picture as SVG, made in a worker from the spins that are shown. */
import { createJob } from "../../../jobs/index.ts";
import { numbers, spins } from "../run/index.ts";
import { specOf, state } from "../state.ts";
import type { ExactRequest, ExactResult } from "./messages.ts";

const job = createJob<ExactRequest, ExactResult, ExactResult>(
  () => new Worker(new URL("./worker.ts", import.meta.url), { type: "module" }),
);

/** The drawing of what is on the page: configuration or layers, in its view and model. */
export async function drawPicture(): Promise<SVGSVGElement> {
  const shown = spins.data;
  if (shown === null) throw new Error("there is no picture yet; wait until the lattice is built");
  const copy = shown.slice();
  const { motion, x, y, zoom } = state.camera.peek();
  const answer = await job.run(
    {
      kind: "drawing",
      lattice: specOf(),
      temperature: numbers.peek()?.temperature ?? state.temperature.peek(),
      spins: copy,
      show: state.show.peek(),
      drawn: state.cells.peek(),
      view: motion,
      part: { x, y, zoom },
      model: state.model.peek(),
    },
    [copy.buffer],
  );
  if (answer.kind !== "done" || answer.result.kind !== "drawing")
    throw new Error(answer.kind === "failed" ? answer.message : "the drawing was cancelled");
  const parsed = new DOMParser().parseFromString(answer.result.text, "image/svg+xml");
  return document.importNode(parsed.documentElement, true) as unknown as SVGSVGElement;
}
