/** One measurement of a flow with its partial results: library calls only, so that it runs in Node as it does in a worker. */
import { exact, InterruptedError, type ProgressEvent } from "../../../../src/base/index.ts";
import type { Dataset } from "../../../../src/data/index.ts";
import { exampleSize } from "../../../../src/data/index.ts";
import {
  assembleFlow,
  type ChainOutline,
  collectShown,
  drawStream,
  extraPictures,
  type FlowProfile,
  type FlowSource,
  type FollowedDepth,
  type MeasuredProfile,
  measureProfile,
  outlineOf,
  rangeOfData,
  roundProfile,
  testBatchOf,
  theoryOf,
} from "../../../../src/flow/index.ts";
import { type FlowData, openSource, requireFits } from "./open.ts";
import type { FlowAnswer, FlowPartial, FlowRequest, ShownDepth } from "./types.ts";

/** How a measurement reports. */
export interface MeasureOptions {
  readonly threads?: number;
  readonly signal?: AbortSignal;
  readonly onProgress?: (event: ProgressEvent) => void;
  /** Sees everything measured so far whenever a depth of the first draw is done. */
  readonly onPartial?: (partial: FlowPartial) => void;
}

/** Measures a flow. */
export async function measureFlow(
  request: FlowRequest,
  data: FlowData,
  options: MeasureOptions = {},
): Promise<FlowAnswer> {
  const { seed, draws, batches, batch, rate, testBatch } = request;
  const { threads = 1, signal } = options;
  const source = await openSource(request);
  requireFits(source, data, request);
  const range = rangeOfData(data.train.inputs);
  const profiles: FlowProfile[] = [];
  let outline: ChainOutline | null = null;
  let pictures: FlowAnswer["pictures"] = {};
  for (let draw = 0; draw < draws; draw++) {
    if (signal?.aborted) throw new InterruptedError("stopped on request");
    const stream = drawStream(seed, draw);
    const chain = await source.open(stream.fork("network"), range);
    const examples = testBatchOf(data.test, testBatch, stream);
    const first = draw === 0 ? followFirst(request, source, outlineOf(chain), examples, options) : null;
    const measured = await measureProfile(chain, data.train, examples, {
      stream: stream.fork("decoders"),
      ...{ batches, batch, rate, threads },
      ...(signal === undefined ? {} : { signal }),
      onProgress: (event) => options.onProgress?.(ofAllDraws(event, draw, draws)),
      ...(first === null ? {} : { onDepth: first.onDepth, onReconstruction: first.onReconstruction }),
    });
    if (first !== null) {
      outline = first.outline;
      pictures = {
        ...first.arrays(measured),
        ...(await extraPictures(source, measured, examples, first.outline.counted)),
      };
    }
    profiles.push(roundProfile(measured.profile));
  }
  const result = assembleFlow(source, outline as ChainOutline, profiles, {
    settings: { draws, batches, batch, rate, testBatch },
    seed,
    data: {
      ...{ name: data.train.name, train: data.train.count, test: data.test.count },
      provenance: data.train.provenance,
    },
  });
  return { request, result, pictures, threads };
}

/** Progress over all draws in units of decoder steps. */
function ofAllDraws(event: ProgressEvent, draw: number, draws: number): ProgressEvent {
  if (event.total === null) return event;
  const note = draws === 1 ? event.note : `draw ${draw + 1} of ${draws}, ${event.note ?? ""}`;
  return {
    ...event,
    done: draw * event.total + event.done,
    total: draws * event.total,
    ...(note === undefined ? {} : { note }),
  };
}

/** Collects what can be drawn of the first draw, and hands it on depth by depth. */
function followFirst(
  request: FlowRequest,
  source: FlowSource,
  outline: ChainOutline,
  examples: Dataset,
  { onPartial }: MeasureOptions,
): {
  readonly outline: ChainOutline;
  readonly onDepth: (depth: FollowedDepth) => void;
  readonly onReconstruction: ReturnType<typeof collectShown>["add"];
  readonly arrays: (measured: MeasuredProfile) => FlowAnswer["pictures"];
} {
  const { labels, counted } = outline;
  const shown = collectShown();
  shown.begin(examples);
  const theory = theoryOf(source);
  const layers: ShownDepth[] = [];
  const reconstructions: Float32Array[] = [];
  const forward: Float64Array[] = [];
  const reconstructed: Float64Array[] = [];
  return {
    outline,
    arrays: shown.arrays,
    onReconstruction: shown.add,
    onDepth: (depth) => {
      const { name, kind } = labels[depth.depth] as ChainOutline["labels"][number];
      const estimate = (value: number) => ({ ...exact(value, "one draw"), stderr: null });
      layers.push({
        ...{ depth: depth.depth, name, kind, isCounted: depth.depth <= counted },
        ...{ gram: estimate(depth.gram.value), forward: estimate(depth.forward.value) },
      });
      reconstructions.push(shown.last());
      forward.push(depth.forward.eigenvalues);
      reconstructed.push(depth.gram.eigenvalues);
      onPartial?.({
        ...{ request, counted, blocks: labels.length - 1, layers: [...layers] },
        theory: theory === null ? null : withoutReferences(theory),
        pictures: {
          ...{ shape: examples.shape, labels: shown.labels() },
          examples: (reconstructions[0] as Float32Array).length / exampleSize(examples),
          reconstructions: [...reconstructions],
          forward: [...forward],
          reconstructed: [...reconstructed],
        },
      });
    },
  };
}

function withoutReferences<T extends { references: unknown }>({
  references: _,
  ...rest
}: T): Omit<T, "references"> {
  return rest;
}
