/** Tensors that stay in the worker thread from run to run, for the sessions that share them. */
import type { LoadedRuntime } from "#platform";
import { type DType, sizeOf, type Tensor, type TensorData } from "../tensor.ts";
import { Arena } from "./arena.ts";
import type { Shapes, Tensors } from "./messages.ts";

export type OrtTensor = InstanceType<LoadedRuntime["runtime"]["Tensor"]>;
export type OrtTensorClass = LoadedRuntime["runtime"]["Tensor"];

/** Resident tensors by name. */
export class Store {
  readonly #values = new Map<string, OrtTensor>();
  /** Names of those that lie in the arena. */
  #placed: readonly string[] = [];
  #arena: Arena | undefined;

  /** The memory of placed tensors. */
  get arena(): Arena {
    this.#arena ??= new Arena();
    return this.#arena;
  }

  get(name: string): OrtTensor | undefined {
    return this.#values.get(name);
  }

  /** The same for a value that must be there. */
  require(name: string): OrtTensor {
    const value = this.#values.get(name);
    if (value === undefined) throw new Error(`Missing Input: ${name}`);
    return value;
  }

  /** The numbers of a value that `descend` may change; anything else would be written beside its place. */
  requirePlaced(name: string, length: number): Float32Array {
    const { data, size } = this.require(name);
    if (!this.#placed.includes(name)) throw new Error(`Not placed: ${name}`);
    if (size < length) throw new Error(`Placed too small: ${name} has ${size} elements, expected ${length}`);
    return (data as Float32Array).subarray(0, length);
  }

  set(name: string, value: OrtTensor): void {
    this.#placed = this.#placed.filter((other) => other !== name);
    this.#values.set(name, value);
  }

  /** Puts values and zeros in. */
  bind(Tensor: OrtTensorClass, values: Tensors, zeros: Shapes): void {
    for (const [name, value] of Object.entries(values)) this.set(name, toOrt(Tensor, value));
    for (const [name, shape] of Object.entries(zeros)) {
      this.set(name, new Tensor("float32", new Float32Array(sizeOf(shape)), shape));
    }
  }

  /** Puts values and zeros into the arena, in place of everything that was there. */
  place(Tensor: OrtTensorClass, values: Tensors, zeros: Shapes): void {
    this.forget(this.#placed);
    const given = Object.entries(values);
    const empty = Object.entries(zeros);
    const shapes = [...given.map(([, { shape }]) => shape), ...empty.map(([, shape]) => shape)];
    const places = this.arena.place(shapes.map(sizeOf));
    this.#placed = [...given, ...empty].map(([name]) => name);
    for (const [i, name] of this.#placed.entries()) {
      const place = places[i] as Float32Array;
      const value = given[i]?.[1];
      if (value === undefined) place.fill(0);
      else place.set(value.data as Float32Array);
      this.#values.set(name, new Tensor("float32", place, shapes[i] as readonly number[]));
    }
  }

  /** Copies values out. */
  read(names: readonly string[]): Tensors {
    return Object.fromEntries(names.map((name) => [name, fromOrt(this.require(name), true)]));
  }

  /** Moves values out; they are gone from here. */
  take(names: readonly string[]): Tensors {
    const taken = Object.fromEntries(
      names.map((name) => [name, fromOrt(this.require(name), this.#placed.includes(name))]),
    );
    this.forget(names);
    return taken;
  }

  forget(names: readonly string[]): void {
    for (const name of names) this.#values.delete(name);
  }
}

export function toOrt(Tensor: OrtTensorClass, { dtype, shape, data }: Tensor): OrtTensor {
  return new Tensor(dtype as "float32", data as Float32Array, shape);
}

export function fromOrt(tensor: OrtTensor, copy: boolean): Tensor {
  const raw = tensor.data as TensorData;
  // a Float16Array where the engine has one; its bits are what we store
  const data = tensor.type === "float16" ? new Uint16Array(raw.buffer, raw.byteOffset, tensor.size) : raw;
  return { dtype: tensor.type as DType, shape: tensor.dims, data: copy ? data.slice() : data };
}
