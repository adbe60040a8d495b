/** The zod schema of the JSON form: everything a file or a program may hand over is checked here, field by field. */
import { z } from "zod";
import { SpecError } from "../../base/index.ts";
import { type LayerSpec, NETWORK_SCHEMA, type NetworkSpec } from "./types.ts";

const count = z.int().min(1).max(1_000_000);
const repeat = z.int().min(1).max(100_000).default(1);
const kernel = z.int().min(1).max(99);
const stride = z.int().min(1).max(16).default(1);
const variance = z.number().min(0).nullable().default(null);

/** One layer. */
export const layerSchema: z.ZodType<LayerSpec, unknown> = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("dense"), width: count, repeat }),
  z.strictObject({ type: z.literal("image"), shape: z.tuple([count, count, count]) }),
  z.strictObject({ type: z.literal("conv"), channels: count, kernel: kernel.default(3), stride, repeat }),
  z.strictObject({
    type: z.literal("conv-transpose"),
    channels: count,
    kernel: kernel.default(4),
    stride,
    repeat,
  }),
  z.strictObject({
    type: z.literal("pool"),
    method: z.enum(["max", "average", "global"]),
    size: count.default(2),
  }),
  z.strictObject({ type: z.literal("residual"), width: count, kernel: kernel.default(3), stride, repeat }),
  z.strictObject({ type: z.literal("full-residual"), width: count, repeat }),
]);

/** A whole network; optional fields have the defaults of docs/specs.md. */
export const networkSchema: z.ZodType<NetworkSpec, unknown> = z.strictObject({
  schema: z.literal(NETWORK_SCHEMA).default(NETWORK_SCHEMA),
  kind: z.enum(["mlp", "cnn", "resnet", "autoencoder", "generator", "discriminator"]),
  input: z.union([z.tuple([count]), z.tuple([count, count, count])]),
  layers: z.array(layerSchema).min(1),
  activation: z.string().min(1),
  output: z.string().min(1).default("linear"),
  normalization: z.enum(["none", "batch", "layer"]).default("none"),
  padding: z.enum(["zero", "circular"]).default("zero"),
  bias: z.boolean().default(true),
  keepRate: z.number().gt(0).max(1).exactOptional(),
  initialization: z
    .strictObject({
      scheme: z.enum(["gaussian", "orthogonal", "delta-orthogonal", "pytorch", "he", "glorot", "lecun"]),
      sigmaW2: variance,
      sigmaB2: variance,
      sigmaV2: variance,
      sigmaA2: variance,
    })
    .default({ scheme: "pytorch", sigmaW2: null, sigmaB2: null, sigmaV2: null, sigmaA2: null }),
});

/** Checks the JSON form; the error names the first wrong field. */
export function validateSpec(value: unknown): NetworkSpec {
  const result = networkSchema.safeParse(value);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const path = issue?.path.join(".") ?? "";
  throw new SpecError(
    `network JSON, field ${path === "" ? "(root)" : path}: ${issue?.message ?? "invalid"}.`,
    {
      hint: `See docs/specs.md for the fields of ${NETWORK_SCHEMA}.`,
      data: { issues: result.error.issues.map(({ path, message }) => ({ path, message })) },
      cause: result.error,
    },
  );
}
