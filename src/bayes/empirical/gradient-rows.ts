/** Rows of the Jacobian, one backward pass each: the derivative of one output of one example by all parameters, in one list. */
import { ShapeError, SpecError } from "../../base/index.ts";
import {
  createSession,
  type DType,
  GraphBuilder,
  ints,
  lowerToFloat64,
  mul,
  one,
  sizeOf,
  type Tensor,
  tensorOf,
  type Value,
  vectorJacobian,
} from "../../engine/index.ts";
import type { TangentModel } from "./model.ts";

/** Examples, row by row. */
export interface Examples {
  readonly count: number;
  /** [count, size of one example]. */
  readonly data: Float32Array | Float64Array;
}

/** Sizes of a Jacobian. */
export interface TangentSizes {
  /** Examples of one run of the graph; more than 1 where examples see each other, as in batch normalisation. */
  readonly batch: number;
  /** Numbers of one example. */
  readonly features: number;
  /** Outputs of one example. */
  readonly outputs: number;
  /** Elements of all parameters. */
  readonly parameters: number;
  /** Type of outputs and gradients. */
  readonly dtype: DType;
}

/** Reads all sizes of a model. Throws SpecError when input or output have no batch axis in common. */
export function sizesOf({ graph, input, output, parameters }: TangentModel): TangentSizes {
  const from = graph.values.get(input.name);
  const to = graph.values.get(output.name);
  const batch = from?.shape[0] ?? 0;
  if (from === undefined || to === undefined || batch < 1 || to.shape[0] !== batch) {
    throw new SpecError(
      `tangent model: input [${from?.shape}] and output [${to?.shape}], expected the same batch axis first`,
    );
  }
  return {
    batch,
    features: sizeOf(from.shape) / batch,
    outputs: sizeOf(to.shape) / batch,
    parameters: parameters.reduce((sum, { name }) => sum + sizeOf(graph.values.get(name)?.shape ?? []), 0),
    dtype: to.dtype,
  };
}

/** Throws ShapeError unless the examples fill whole batches of the model. */
export function checkExamples({ batch, features }: TangentSizes, { count, data }: Examples): void {
  if (count < 1 || data.length !== count * features) {
    throw new ShapeError(
      `tangent kernel: received ${count} examples of ${data.length / count} numbers, expected at least 1 of ${features}`,
    );
  }
  if (count % batch !== 0) {
    throw new ShapeError(
      `tangent kernel: received ${count} examples for a graph of batch ${batch}, expected a multiple of it`,
      { hint: "build or import the graph with batch 1 unless examples see each other" },
    );
  }
}

/** A prepared Jacobian. */
export interface GradientRows {
  /** Writes the derivatives of output `output` of example `example` into `row`. */
  write(examples: Examples, example: number, output: number, row: Float32Array | Float64Array): Promise<void>;
  release(): Promise<void>;
}

const SEED = "tangent.seed";
const ROW = "tangent.row";

/** Appends the backward pass to the graph and prepares it. */
export async function openGradientRows(
  model: TangentModel,
  { threads = 1 }: { readonly threads?: number } = {},
): Promise<GradientRows> {
  const sizes = sizesOf(model);
  const { graph, input, output, parameters, feeds = {} } = model;
  const b = GraphBuilder.from({ ...graph, outputs: [] });
  const to = b.value(output.name);
  const seed = b.input(SEED, to.dtype, to.shape);
  const slopes = vectorJacobian(
    b,
    [to],
    parameters.map(({ name }) => b.value(name)),
    [seed],
  );
  const flat = slopes.map((slope, i): Value => {
    const scale = parameters[i]?.scale ?? 1;
    const scaled = scale === 1 ? slope : mul(b, slope, scale);
    return one(b, "Reshape", [scaled, ints(b, [-1])]);
  });
  const row = flat.length === 1 ? (flat[0] as Value) : one(b, "Concat", flat, { axis: 0 });
  b.output(row, ROW);
  const built = b.build();
  const session = await createSession(sizes.dtype === "float64" ? lowerToFloat64(built) : built, { threads });
  const declared = new Set(session.inputs.map(({ name }) => name));
  const fixed = Object.fromEntries(Object.entries(feeds).filter(([name]) => declared.has(name)));
  if (Object.keys(fixed).length > 0) await session.bind(fixed);
  const { shape = [], dtype = sizes.dtype } = graph.values.get(input.name) ?? {};
  const batchSize = sizes.batch * sizes.features;
  return {
    write: async ({ data }, example, outputIndex, target) => {
      const first = Math.floor(example / sizes.batch) * batchSize;
      const direction = new Float64Array(sizeOf(to.shape));
      direction[(example % sizes.batch) * sizes.outputs + outputIndex] = 1;
      const feed: Record<string, Tensor> = { [SEED]: tensorOf(to.dtype, to.shape, direction) };
      if (declared.has(input.name)) {
        feed[input.name] = tensorOf(dtype, shape, data.subarray(first, first + batchSize));
      }
      const { [ROW]: result } = await session.run(feed, { transfer: true });
      target.set(result?.data as Float32Array);
    },
    release: () => session.release(),
  };
}
