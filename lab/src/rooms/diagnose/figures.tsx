/** The figures of the report, on the page; a chosen layer is marked in each, and a point chosen there chooses the layer. */
import { computed, effect } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
import {
  DIAGNOSIS_FIGURES,
  type DiagnosisPictures,
  explanationOf,
  type ReportFigures,
} from "../../../../src/figures/diagnosis/index.ts";
import type { Figure, FigureOptions } from "../../../../src/figures/index.ts";
import { FigureFrame } from "../../figure/index.ts";
import { enqueue } from "./draw-queue.ts";
import { answer, answered } from "./session.ts";
import { state } from "./state.ts";

/** A figure's place, the name of its files, and a heading until it is drawn. */
interface Place {
  readonly place: keyof ReportFigures;
  readonly name: string;
  readonly title: string;
  readonly isThere: (pictures: DiagnosisPictures) => boolean;
}

const PLACES: readonly Place[] = [
  {
    place: "phase",
    name: "phase-diagram",
    title: "Phase diagram",
    isThere: ({ diagram }) => diagram !== null,
  },
  ...(
    [
      ["length", "Length of the signal"],
      ["correlation", "Correlation of two inputs"],
      ["gradient", "Gradients by layer"],
    ] as const
  ).map(([place, title]) => ({ place, name: place, title, isThere: () => true })),
  {
    place: "jacobian",
    name: "jacobian-spectrum",
    title: "Jacobian spectrum",
    isThere: ({ diagnosis }) => diagnosis.jacobian !== null,
  },
  {
    place: "residuals",
    name: "residuals",
    title: "Measurement minus theory",
    isThere: ({ diagnosis }) => diagnosis.agreement !== null,
  },
];

/** Stable functions, one for each place: a new one would draw anew. */
const draws = Object.fromEntries(
  PLACES.map(({ place }) => [
    place,
    (options: FigureOptions): Promise<Figure> | null => {
      // an export draws beside the page, which keeps its own
      const pictures = place === "phase" ? phasePictures() : answer.value?.pictures;
      if (pictures === undefined) return null;
      return enqueue(`${place} ${options.width}`, async () => {
        const figure = await DIAGNOSIS_FIGURES[place](pictures, options);
        if (figure === null) throw new Error("the diagnosis has no numbers for this figure");
        markLayer(figure.svg, state.layer.peek());
        return figure;
      });
    },
  ]),
) as Readonly<Record<keyof ReportFigures, (options: FigureOptions) => Promise<Figure> | null>>;

/** What the phase diagram shows of an answer: draw by draw it stays the same, and so does the drawing. */
const phaseKey = computed(() => {
  const pictures = answer.value?.pictures;
  if (pictures === undefined) return "";
  const { diagram, diagnosis } = pictures;
  const { network, weightVariance, biasVariance } = diagnosis;
  return JSON.stringify([network.name, diagram?.activation, weightVariance, biasVariance]);
});

function phasePictures(): DiagnosisPictures | undefined {
  return phaseKey.value === "" ? undefined : answer.peek()?.pictures;
}

const LABEL = /^layer (\d+)$/;

/** Marks the points of a layer; 0 marks none. */
function markLayer(root: ParentNode, layer: number): void {
  for (const marked of root.querySelectorAll(".chosen[data-label]")) marked.classList.remove("chosen");
  if (layer === 0) return;
  for (const point of root.querySelectorAll(`[data-label="layer ${layer}"]`)) point.classList.add("chosen");
}

/** All figures that there are numbers for. */
export function Figures(): JSX.Element {
  const root = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const element = root.current;
    if (element === null) return;
    const mark = (): void => markLayer(element, state.layer.peek());
    // a figure that is drawn anew comes without the mark
    const observer = new MutationObserver(mark);
    observer.observe(element, { childList: true, subtree: true });
    const stop = effect(() => {
      markLayer(element, state.layer.value);
    });
    return () => {
      observer.disconnect();
      stop();
    };
  }, []);
  const pictures = answer.value?.pictures;
  const parameters = (): Readonly<Record<string, unknown>> => parametersOf();
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the table does the same by keyboard
    // biome-ignore lint/a11y/useKeyWithClickEvents: as above
    <div
      class="diagnosis-figures"
      ref={root}
      onClick={({ target }) => {
        const label = target instanceof Element ? target.getAttribute("data-label") : null;
        const layer = Number(label?.match(LABEL)?.[1] ?? 0);
        if (layer > 0) state.layer.commit(state.layer.peek() === layer ? 0 : layer);
      }}
    >
      {PLACES.filter(({ isThere }) => pictures !== undefined && isThere(pictures)).map(
        ({ place, name, title }) => (
          <div key={place}>
            <FigureFrame
              name={name}
              title={title}
              draw={draws[place]}
              parameters={parameters}
              empty="Drawing ..."
            />
            <Explanation name={name} />
          </div>
        ),
      )}
    </div>
  );
}

function parametersOf(): Readonly<Record<string, unknown>> {
  const question = answered.peek();
  if (question === null) return {};
  const { network, data, ...rest } = question;
  return {
    network: network.kind === "file" ? network.file.name : network.text,
    data: data.kind === "file" ? data.file.name : data.kind,
    ...rest,
  };
}

function Explanation({ name }: { name: string }): JSX.Element | null {
  const explanation = explanationOf(name);
  if (explanation === null) return null;
  return (
    <details class="explanation">
      <summary>How it is computed</summary>
      <ul>
        {explanation.formulas.map((line) => (
          <li key={line}>{line}</li>
        ))}
      </ul>
      <p>Assumed:</p>
      <ul>
        {explanation.assumptions.map((line) => (
          <li key={line}>{line}</li>
        ))}
      </ul>
    </details>
  );
}
