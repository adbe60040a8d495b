/**
 * Builds computation graphs: every call checks types and shapes, names the operator and the node when they do not
 * fit, and folds what is already known (the shape arithmetic of exported models), so that all shapes stay static.
 */
import { ShapeError, SpecError, UnsupportedOpError } from "../../base/index.ts";
import type { Graph, Node, ValueInfo } from "../ir.ts";
import {
  type AttributeInput,
  type Dense,
  type Emitter,
  fromTensor,
  type Operator,
  type OpOptions,
  type OutputType,
  operatorOf,
  tagAttributes,
  unsupportedReason,
} from "../ops/index.ts";
import { type DType, isFloat, type Tensor } from "../tensor.ts";
import { checkBodies, checkInputs, shapeCallOf, trimInputs } from "./check-node.ts";
import { foldOutputs } from "./fold.ts";
import { KnownValues } from "./known.ts";
import { allNames, prune } from "./prune.ts";

/** A typed, shaped value of a graph under construction. */
export type Value = ValueInfo;

/** Options of a new builder. */
export interface GraphBuilderOptions {
  /** The builder of the enclosing graph: its values may be used inside (the body of Scan), as ONNX allows. */
  readonly outer?: GraphBuilder;
  /** Whether operators on known constants are folded. Default true. */
  readonly fold?: boolean;
}

/**
 * A graph under construction.
 * @example
 * ```ts
 * import { matmul, tanh, tensorOf } from "isinglass/engine";
 * const b = new GraphBuilder("dense");
 * const x = b.input("x", "float32", [8, 4]);
 * const w = b.parameter(tensorOf("float32", [4, 2], new Array(8).fill(0.1)), "w");
 * b.output(tanh(b, matmul(b, x, w)), "y");
 * b.build().values.get("y")?.shape; // => [8, 2]
 * ```
 */
export class GraphBuilder implements Emitter {
  readonly name: string;
  readonly #outer: GraphBuilder | null;
  readonly #folds: boolean;
  readonly #names: Set<string>;
  readonly #counters: Map<string, number>;
  readonly #inputs: Value[] = [];
  readonly #initializers = new Map<string, Tensor>();
  readonly #nodes: Node[] = [];
  readonly #outputs: string[] = [];
  readonly #values = new Map<string, Value>();
  readonly #producers = new Map<string, number>();
  readonly #known = new KnownValues();

  constructor(name = "graph", options: GraphBuilderOptions = {}) {
    this.name = name;
    this.#outer = options.outer ?? null;
    this.#folds = options.fold ?? true;
    // Bodies draw names from the same pool: ONNX forbids a body to shadow an outer value.
    this.#names = options.outer ? options.outer.#names : new Set<string>();
    this.#counters = options.outer ? options.outer.#counters : new Map<string, number>();
  }

  /** Continues an existing graph: all its values are there by name, its outputs stay outputs. */
  static from(graph: Graph): GraphBuilder {
    const b = new GraphBuilder(graph.name);
    b.reserve(allNames(graph));
    for (const info of graph.inputs) b.input(info.name, info.dtype, info.shape);
    for (const [name, tensor] of graph.initializers) b.parameter(tensor, name);
    for (const node of graph.nodes) b.#append(node, (name) => graph.values.get(name));
    for (const name of graph.outputs) b.#outputs.push(name);
    return b;
  }

  /** The nodes so far, in order. */
  get nodes(): readonly Node[] {
    return this.#nodes;
  }

  /** A graph input. */
  input(name: string, dtype: DType, shape: readonly number[]): Value {
    const bad = shape.find((n) => !Number.isInteger(n) || n < 0);
    if (bad !== undefined)
      throw new ShapeError(`input "${name}": size ${bad} in [${shape}], expected whole numbers >= 0`);
    const value = this.#declare({ name, dtype, shape: [...shape] });
    this.#inputs.push(value);
    return value;
  }

  /**
   * A constant. Without a name it is a literal: small literals are shared and arithmetic on them is folded. With a
   * name it stays in the graph under that name (integers are still folded, because shapes depend on them).
   */
  constant(tensor: Tensor, name?: string): Value {
    if (name !== undefined) return this.parameter(tensor, name);
    const shared = this.#known.find(tensor, (n) => this.#values.get(n));
    return shared ?? this.literal(tensor, this.#fresh("c"));
  }

  /** A named constant that counts as a literal: for the Constant nodes of imported files. */
  literal(tensor: Tensor, name: string): Value {
    const value = this.#store(tensor, name);
    this.#known.add(name, tensor, true);
    return value;
  }

  /** A weight: floats keep their node, so that gradients can be taken with respect to them. */
  parameter(tensor: Tensor, name: string): Value {
    const value = this.#store(tensor, name);
    if (!isFloat(tensor.dtype)) this.#known.add(name, tensor, false);
    return value;
  }

  /**
   * A value without data: a variable to differentiate by. Whatever depends on it must not reach an output.
   */
  standIn(dtype: DType, shape: readonly number[]): Value {
    return this.#declare({ name: this.#fresh("standIn"), dtype, shape: [...shape] });
  }

  /** Keeps names from being generated, because they will be declared later. */
  reserve(names: Iterable<string>): void {
    for (const name of names) this.#names.add(name);
  }

  /** The tensor behind a constant or parameter, null for computed values. */
  tensor(value: Value): Tensor | null {
    return this.#initializers.get(value.name) ?? this.#outer?.tensor(value) ?? null;
  }

  known(value: Value): Dense | null {
    return this.#known.dense(value.name) ?? this.#outer?.known(value) ?? null;
  }

  stored(value: Value): Dense | null {
    const known = this.known(value);
    const tensor = known === null ? this.tensor(value) : null;
    return tensor === null ? known : fromTensor(tensor);
  }

  /** The value of this name, here or in the enclosing builder. */
  value(name: string): Value {
    const value = this.#values.get(name);
    if (value) return value;
    if (this.#outer) return this.#outer.value(name);
    throw new SpecError(`graph "${this.name}" has no value "${name}"`, {
      hint: `values: ${[...this.#values.keys()].slice(0, 12).join(", ")}`,
    });
  }

  /** Whether a value of this name exists here or in the enclosing builder. */
  has(name: string): boolean {
    return this.#values.has(name) || (this.#outer?.has(name) ?? false);
  }

  /** The node that makes a value, null for inputs and constants. */
  producer(value: Value): Node | null {
    const index = this.#producers.get(value.name);
    return index === undefined ? null : (this.#nodes[index] as Node);
  }

  /**
   * Appends an operator and returns its outputs. Attributes may be plain values; null is an omitted optional input.
   * @throws {UnsupportedOpError} for operators without a registry entry.
   * @throws {ShapeError} naming operator and node, with the shapes received.
   */
  op(
    op: string,
    inputs: readonly (Value | null)[],
    attributes: Readonly<Record<string, AttributeInput>> = {},
    options: OpOptions = {},
  ): Value[] {
    const domain = options.domain ?? "";
    const entry = operatorOf(op, domain);
    const name = options.name ?? this.#fresh(op);
    if (entry === null)
      throw new UnsupportedOpError(
        `node "${name}": operator ${domain}${domain && "."}${op} is not supported`,
        {
          hint: unsupportedReason(op, domain),
          data: { node: name, op, domain },
        },
      );
    const trimmed = trimInputs(inputs);
    checkInputs(this, entry, name, trimmed);
    const tagged = tagAttributes(op, entry.attributes, attributes);
    checkBodies(this, entry, name, tagged);
    const names = this.#outputNames(op, options.outputs ?? 1);
    const call = shapeCallOf(this, entry, name, tagged, trimmed, names.length);
    const types = entry.shape(call);
    if (names.length > types.length)
      throw new ShapeError(`${op} (node "${name}"): ${names.length} outputs asked, it has ${types.length}`);
    const folded = this.#folds
      ? foldOutputs(entry, call, types.slice(0, names.length), (v) => this.known(v))
      : null;
    if (folded) return folded.map((tensor, i) => this.literal(tensor, names[i] as string));
    const node: Node = {
      name,
      op,
      domain,
      inputs: trimmed.map((v) => v?.name ?? ""),
      outputs: names,
      attributes: tagged,
    };
    return this.#push(node, types);
  }

  sibling(value: Value, index: number): Value {
    const at = this.#producers.get(value.name);
    if (at === undefined) throw new SpecError(`value "${value.name}" is not made by a node of this builder`);
    const node = this.#nodes[at] as Node;
    const existing = node.outputs[index];
    if (existing) return this.value(existing);
    const outputs = Array.from({ length: Math.max(index + 1, node.outputs.length) }, (_, i) => {
      const have = node.outputs[i] ?? "";
      return have === "" && i === index ? this.#fresh(node.op.toLowerCase()) : have;
    });
    const inputs = node.inputs.map((n) => (n === "" ? null : this.value(n)));
    const entry = operatorOf(node.op, node.domain) as Operator;
    const types = entry.shape(shapeCallOf(this, entry, node.name, node.attributes, inputs, outputs.length));
    this.#nodes[at] = { ...node, outputs };
    const name = outputs[index] as string;
    this.#producers.set(name, at);
    return this.#declare({ name, ...(types[index] as OutputType) });
  }

  /** Marks a value as graph output, through an Identity when it needs another name or is not computed here. */
  output(value: Value, name?: string): Value {
    const isOwn = this.#producers.has(value.name) || this.#initializers.has(value.name);
    const direct = isOwn && (name === undefined || name === value.name);
    if (direct && !this.#outputs.includes(value.name)) {
      this.#outputs.push(value.name);
      return value;
    }
    const renamed = this.op("Identity", [value], {}, { outputs: [name ?? this.#fresh("out")] })[0] as Value;
    this.#outputs.push(renamed.name);
    return renamed;
  }

  /** Forgets the outputs marked so far (of a continued graph); the values stay. */
  clearOutputs(): void {
    this.#outputs.length = 0;
  }

  /** The finished graph, without nodes and constants that no output needs. The builder can go on. */
  build(name: string = this.name): Graph {
    if (this.#outputs.length === 0)
      throw new SpecError(`graph "${name}" has no outputs`, { hint: "mark them with builder.output(value)" });
    return prune({
      name,
      inputs: [...this.#inputs],
      initializers: this.#initializers,
      nodes: this.#nodes,
      outputs: [...this.#outputs],
      values: this.#values,
    });
  }

  #append(node: Node, info: (name: string) => Value | undefined): void {
    const inputs = node.inputs.map((n) => (n === "" ? null : this.value(n)));
    const entry = operatorOf(node.op, node.domain);
    const types = node.outputs.map((n) => info(n) ?? { dtype: "float32" as const, shape: [] });
    const folded =
      entry &&
      foldOutputs(
        entry,
        shapeCallOf(this, entry, node.name, node.attributes, inputs, node.outputs.length),
        types,
        (v) => this.known(v),
      );
    for (const name of node.outputs) if (name !== "") this.#names.add(name);
    if (folded) for (const [i, tensor] of folded.entries()) this.literal(tensor, node.outputs[i] as string);
    else this.#push(node, types);
  }

  #push(node: Node, types: readonly OutputType[]): Value[] {
    this.#names.add(node.name);
    const values = node.outputs.map((name, i) => {
      const { dtype, shape } = types[i] as OutputType;
      if (name === "") return { name, dtype, shape };
      this.#producers.set(name, this.#nodes.length);
      return this.#declare({ name, dtype, shape });
    });
    this.#nodes.push(node);
    return values;
  }

  #store(tensor: Tensor, name: string): Value {
    const value = this.#declare({ name, dtype: tensor.dtype, shape: [...tensor.shape] });
    this.#initializers.set(name, tensor);
    return value;
  }

  #declare(value: Value): Value {
    if (value.name === "" || this.has(value.name))
      throw new SpecError(`graph "${this.name}": value name "${value.name}" is empty or taken`);
    this.#names.add(value.name);
    this.#values.set(value.name, value);
    return value;
  }

  #outputNames(op: string, outputs: number | readonly string[]): string[] {
    if (typeof outputs !== "number") return [...outputs];
    return Array.from({ length: outputs }, () => this.#fresh(op.toLowerCase()));
  }

  #fresh(stem: string): string {
    for (;;) {
      const n = this.#counters.get(stem) ?? 0;
      this.#counters.set(stem, n + 1);
      const name = `${stem}_${n}`;
      if (!this.#names.has(name)) {
        this.#names.add(name);
        return name;
      }
    }
  }
}
