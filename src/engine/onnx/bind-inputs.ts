/** The sizes of a model's inputs: fixed in the file, named ("batch"), or given by the caller. */
import { ShapeError, SpecError, UnsupportedOpError } from "../../base/index.ts";
import type { DType } from "../tensor.ts";
import { dtypeOfCode, nameOfCode, widened } from "./data-types.ts";
import type { Dimension, ValueInfoProto } from "./schema.ts";

/** How free sizes are bound. */
export interface BindOptions {
  /** Size of the first axis where it is free. Default 1. It may also replace a fixed one; see `fromOnnx`. */
  readonly batch?: number;
  /** Whole shapes by input name; they go before everything else. */
  readonly shapes?: Readonly<Record<string, readonly number[]>>;
  /** Values of named sizes: `{ sequence: 16 }`. */
  readonly names?: Readonly<Record<string, number>>;
}

/** An input as declared and as bound. */
export interface BoundInput {
  readonly name: string;
  readonly dtype: DType;
  readonly shape: readonly number[];
  /** What the file says: a number, a name, or null for "any". */
  readonly declared: readonly (number | string | null)[];
}

/** A size that nothing binds. */
interface Free {
  readonly input: string;
  readonly axis: number;
  readonly size: string | null;
}

/** Binds all inputs. Throws SpecError listing every size that is still free. */
export function bindInputs(
  file: string,
  inputs: readonly ValueInfoProto[],
  options: BindOptions,
): BoundInput[] {
  requireKnownNames(file, inputs, options);
  const free: Free[] = [];
  const bound = inputs.map((input) => bindInput(file, input, options, free));
  if (free.length > 0) {
    const sizes = free.map(
      ({ input, axis, size }) => `${input} axis ${axis}${size === null ? "" : ` (${size})`}`,
    );
    const example = bound.find(({ name }) => free.some(({ input }) => input === name)) as BoundInput;
    const shape = example.shape.map((size, axis) => {
      const isFree = free.some((open) => open.input === example.name && open.axis === axis);
      return isFree ? "SIZE" : size;
    });
    throw new SpecError(`${file}: sizes that the file leaves open: ${sizes.join(", ")}`, {
      hint: `say them: --shape ${example.name}=${shape.join(",")}`,
      data: { free },
    });
  }
  return bound;
}

/** Sizes as the file declares them. */
export function declaredShape(dims: readonly Dimension[]): (number | string | null)[] {
  return dims.map(({ value, parameter }) => {
    // some exporters write -1 or 0 for "any"
    if (value !== undefined && value > 0) return value;
    return parameter === undefined || parameter === "" ? null : parameter;
  });
}

function bindInput(file: string, input: ValueInfoProto, options: BindOptions, free: Free[]): BoundInput {
  const name = input.name ?? "";
  const type = input.type?.tensor;
  const dtype = dtypeOfCode(type?.elementType ?? 0);
  if (dtype === null) {
    const received = type === undefined ? "not a tensor" : `of type ${nameOfCode(type.elementType ?? 0)}`;
    throw new UnsupportedOpError(`${file}: input ${name} is ${received}`, {
      hint: "cut that part of the model off before exporting",
    });
  }
  const declared = declaredShape(type?.shape?.dims ?? []);
  const given = options.shapes?.[name];
  if (given !== undefined) requireFit(file, name, declared, given);
  const shape = declared.map((size, axis) => {
    const chosen = given?.[axis] ?? (axis === 0 ? options.batch : undefined);
    if (typeof size === "number") return chosen ?? size;
    const byName = size === null ? undefined : options.names?.[size];
    const bound = given?.[axis] ?? byName ?? (axis === 0 ? (options.batch ?? 1) : undefined);
    if (bound === undefined) free.push({ input: name, axis, size });
    return bound ?? 1;
  });
  return { name, dtype: widened(dtype), shape, declared };
}

function requireFit(
  file: string,
  name: string,
  declared: readonly (number | string | null)[],
  given: readonly number[],
): void {
  const isFit =
    given.length === declared.length &&
    given.every((size, axis) => axis === 0 || typeof declared[axis] !== "number" || declared[axis] === size);
  if (isFit && given.every((size) => Number.isInteger(size) && size > 0)) return;
  const expected = declared.map((size) => size ?? "?").join(", ");
  throw new ShapeError(
    `${file}: input ${name} received the shape [${given.join(", ")}], expected [${expected}]`,
  );
}

function requireKnownNames(file: string, inputs: readonly ValueInfoProto[], options: BindOptions): void {
  const known = inputs.map(({ name }) => name ?? "");
  for (const name of Object.keys(options.shapes ?? {})) {
    if (known.includes(name)) continue;
    throw new SpecError(`${file}: no input ${name}, expected ${known.join(", ")}`);
  }
  const sizes = inputs.flatMap(({ type }) => declaredShape(type?.tensor?.shape?.dims ?? []));
  for (const name of Object.keys(options.names ?? {})) {
    if (sizes.includes(name)) continue;
    const named = [...new Set(sizes.filter((size) => typeof size === "string"))];
    throw new SpecError(`${file}: no size is called ${name}, expected ${named.join(", ") || "none"}`);
  }
}
