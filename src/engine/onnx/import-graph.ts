/**
 * Turns the nodes of a file into a graph, one after another: functions and decided branches are written out, nodes
 * that only pass a value on disappear, older operators are brought up to date, and the builder infers shapes and folds
 * what is known. A node that is refused does not stop the import, so that one report names all of them.
 */
import { IsinglassError, UnsupportedOpError } from "../../base/index.ts";
import { GraphBuilder, type Value } from "../graph/index.ts";
import type { Attribute, Graph, ValueInfo } from "../ir.ts";
import { operatorOf, unsupportedReason } from "../ops/index.ts";
import { type DType, isFloat, type Tensor } from "../tensor.ts";
import { attributeOf } from "./attributes.ts";
import { type BatchChange, rebatch } from "./batch.ts";
import { constantOf } from "./constants.ts";
import { type Findings, nodeName } from "./findings.ts";
import type { AttributeProto, FunctionProto, GraphProto, NodeProto } from "./schema.ts";
import { branchScope, type Found, functionScope, lookUp, type Scope, shortDomain } from "./scope.ts";
import { tensorOfProto } from "./tensors.ts";
import { type Draft, upgrade } from "./upgrade.ts";

/** What the importer starts from. */
export interface ImportPlan {
  readonly file: string;
  readonly builder: GraphBuilder;
  readonly functions: readonly FunctionProto[];
  readonly findings: Findings;
  /** Names that must stay, because they are outputs of the graph. */
  readonly outputs: ReadonlySet<string>;
  /** The batch that the file fixes and the one asked for, where they differ. */
  readonly batch: BatchChange | null;
}

/** Attributes that mean nothing for the types we compute with. */
const harmless: ReadonlySet<string> = new Set(["saturate", "consumed_inputs", "round_mode"]);

/** The import of one graph or body. */
export class GraphImport {
  readonly #plan: ImportPlan;
  readonly #findings: Findings;

  constructor(plan: ImportPlan) {
    this.#plan = plan;
    this.#findings = plan.findings;
  }

  /** Imports the nodes of the main graph. */
  nodes(nodes: readonly NodeProto[], scope: Scope): void {
    for (const [index, node] of nodes.entries()) {
      this.#findings.index = index;
      this.#node(node, scope);
    }
  }

  #node(node: NodeProto, scope: Scope): void {
    const domain = shortDomain(node.domain);
    const definition = this.#plan.functions.find(
      (candidate) =>
        candidate.name === node.op &&
        shortDomain(candidate.domain) === domain &&
        (candidate.overload ?? "") === (node.overload ?? ""),
    );
    try {
      if (definition !== undefined) this.#function(node, definition, scope);
      else if (domain === "" && node.op === "Constant") this.#constant(node, scope);
      else if (domain === "" && node.op === "If") this.#branch(node, scope);
      else if (domain === "" && passesOn.has(node.op ?? "")) this.#passOn(node, scope);
      else this.#operator(node, scope);
    } catch (error) {
      if (!(error instanceof IsinglassError)) throw error;
      this.#placeholders(node, scope);
      this.#findings.refuse(node, scope, error);
    }
  }

  #function(node: NodeProto, definition: FunctionProto, scope: Scope): void {
    const inputs = new Map<string, Found>();
    for (const [i, name] of definition.inputs.entries()) {
      const outer = node.inputs[i];
      const value = outer === undefined || outer === "" ? undefined : lookUp(scope, outer);
      if (value !== undefined) inputs.set(name, value);
    }
    const outputs = new Map(
      definition.outputs.flatMap((name, i) =>
        node.outputs[i] ? [[name, scope.rename(node.outputs[i])]] : [],
      ),
    );
    const attributes = new Map(definition.attributeDefaults.map((proto) => [proto.name ?? "", proto]));
    for (const proto of this.#resolved(node.attributes, scope)) attributes.set(proto.name ?? "", proto);
    const opsets = new Map(
      definition.operatorSets.map(({ domain, version }) => [shortDomain(domain), version ?? 1]),
    );
    const inner = functionScope(scope, nodeName(node), inputs, outputs, attributes, opsets);
    for (const step of definition.nodes) this.#node(step, inner);
    this.#handOut(definition.outputs, inner, node, scope);
  }

  /** An If whose condition is known is the branch it takes. */
  #branch(node: NodeProto, scope: Scope): void {
    const [condition] = this.#inputs(node, scope);
    const known = condition && condition !== "unknown" ? this.#plan.builder.known(condition) : null;
    if (known === null) throw new UnsupportedOpError("depends on data", { hint: unsupportedReason("If") });
    const wanted = known.data[0] === 0 ? "else_branch" : "then_branch";
    const body = node.attributes.find(({ name }) => name === wanted)?.graph;
    if (body === undefined) throw new UnsupportedOpError(`has no ${wanted}`);
    const names = body.outputs.map(({ name }) => name ?? "");
    const outputs = new Map(
      names.flatMap((name, i) => (node.outputs[i] ? [[name, scope.rename(node.outputs[i])]] : [])),
    );
    const inner = branchScope(scope, nodeName(node), outputs);
    for (const proto of body.initializers) {
      const name = proto.name ?? "";
      const tensor = tensorOfProto(this.#plan.file, proto);
      inner.values.set(name, this.#plan.builder.literal(tensor, inner.rename(name)));
    }
    this.#findings.add(node, scope, "folded", {
      reason: `the condition is known: ${wanted.replace("_", " ")}`,
    });
    for (const step of body.nodes) this.#node(step, inner);
    this.#handOut(names, inner, node, scope);
  }

  /** Makes the outputs of a body known outside. */
  #handOut(names: readonly string[], inner: Scope, node: NodeProto, scope: Scope): void {
    for (const [i, name] of names.entries()) {
      const outer = node.outputs[i];
      if (outer) scope.values.set(outer, lookUp(inner, name) ?? "unknown");
    }
  }

  #constant(node: NodeProto, scope: Scope): void {
    const tensor = constantOf(this.#plan.file, this.#resolved(node.attributes, scope));
    const value = this.#plan.builder.literal(tensor, scope.rename(node.outputs[0] ?? ""));
    scope.values.set(node.outputs[0] ?? "", value);
    this.#findings.add(node, scope, "folded");
  }

  /** Identity, and Dropout outside training. A graph output keeps a node of its own, which carries its name. */
  #passOn(node: NodeProto, scope: Scope): void {
    const [value, , training] = this.#inputs(node, scope);
    if (training && (training === "unknown" || this.#plan.builder.known(training)?.data[0] !== 0)) {
      throw new UnsupportedOpError("drops units at random", { hint: "export the model in evaluation mode" });
    }
    const output = node.outputs[0] ?? "";
    const name = scope.rename(output);
    if (value === undefined || value === null || value === "unknown") {
      this.#unknown(node, scope);
      return;
    }
    const isKept = this.#plan.outputs.has(name);
    const passed = isKept ? this.#plan.builder.op("Identity", [value], {}, { outputs: [name] })[0] : value;
    scope.values.set(output, passed as Value);
    this.#findings.add(node, scope, "removed");
  }

  #operator(node: NodeProto, scope: Scope): void {
    const inputs = this.#inputs(node, scope);
    if (inputs.includes("unknown")) {
      this.#unknown(node, scope);
      return;
    }
    const domain = shortDomain(node.domain);
    const { builder } = this.#plan;
    const constant = (role: string, tensor: Tensor): Value =>
      builder.literal(tensor, `${scope.rename(node.outputs[0] ?? "")}/${role}`);
    const draft = rebatch(
      upgrade(
        {
          op: node.op ?? "",
          inputs: inputs as readonly (Value | null)[],
          attributes: this.#attributes(node, scope, inputs as readonly (Value | null)[]),
          outputs: node.outputs.length,
        },
        {
          opset: scope.opsets.get(domain) ?? 1,
          constant,
        },
      ),
      this.#plan.batch,
      (value) => builder.known(value),
      constant,
    );
    const entry = operatorOf(draft.op, domain);
    if (entry === null) {
      throw new UnsupportedOpError("not supported", { hint: unsupportedReason(draft.op, domain) });
    }
    requireKnownAttributes(draft, entry.attributes);
    const outputs = node.outputs.map((name) => (name === "" ? "" : scope.rename(name)));
    const values = builder.op(draft.op, draft.inputs, draft.attributes, {
      name: scope.path + nodeName(node),
      domain,
      outputs,
    });
    for (const [i, value] of values.entries()) {
      if (node.outputs[i]) scope.values.set(node.outputs[i], value);
    }
    const isFolded = values.every((value) => value.name === "" || builder.tensor(value) !== null);
    this.#findings.add(node, scope, isFolded ? "folded" : "supported", {
      differentiable: isFolded ? null : entry.differentiable,
      reason: entry.note === "" ? null : entry.note,
    });
  }

  #inputs(node: NodeProto, scope: Scope): (Found | null)[] {
    return node.inputs.map((name) => {
      if (name === "") return null;
      const found = lookUp(scope, name);
      if (found !== undefined) return found;
      // an argument that the caller of the function left out
      if (scope.parent === null && scope.path !== "") return null;
      throw new UnsupportedOpError(`reads ${name}, which nothing defines`, {
        hint: "the file is damaged or its nodes are out of order; export it again",
      });
    });
  }

  #attributes(node: NodeProto, scope: Scope, inputs: readonly (Value | null)[]): Record<string, Attribute> {
    const entries = this.#resolved(node.attributes, scope).map((proto): [string, Attribute] => {
      const { name = "", graph } = proto;
      if (node.op === "Scan" && graph !== undefined) {
        return [name, { type: "graph", value: this.#body(node, graph, scope, inputs) }];
      }
      return [name, attributeOf(this.#plan.file, proto)];
    });
    return Object.fromEntries(entries);
  }

  /** The body of a Scan as a graph of its own, which sees the values around it. */
  #body(node: NodeProto, graph: GraphProto, outer: Scope, inputs: readonly (Value | null)[]): Graph {
    const builder = new GraphBuilder(graph.name || "body", { outer: this.#plan.builder });
    const scope = branchScope(outer, nodeName(node), new Map());
    for (const [i, { dtype, shape }] of scanElements(node, inputs).entries()) {
      const name = graph.inputs[i]?.name ?? "";
      scope.values.set(name, builder.input(scope.rename(name), dtype, shape));
    }
    for (const proto of graph.initializers) {
      const name = proto.name ?? "";
      scope.values.set(name, builder.parameter(tensorOfProto(this.#plan.file, proto), scope.rename(name)));
    }
    const outputs = graph.outputs.map(({ name }) => name ?? "");
    const inner = new GraphImport({ ...this.#plan, builder, outputs: new Set() });
    for (const step of graph.nodes) inner.#node(step, scope);
    for (const name of outputs) {
      const value = lookUp(scope, name);
      if (value === undefined || value === "unknown") {
        throw new UnsupportedOpError(`its body has a node that is not supported`);
      }
      builder.output(value);
    }
    return builder.build();
  }

  /** Attributes with references to the function's arguments replaced. */
  #resolved(attributes: readonly AttributeProto[], scope: Scope): AttributeProto[] {
    return attributes.flatMap((proto) => {
      if (!proto.reference) return [proto];
      const argument = scope.attributes.get(proto.reference);
      return argument === undefined ? [] : [{ ...argument, name: proto.name }];
    });
  }

  #unknown(node: NodeProto, scope: Scope): void {
    const domain = shortDomain(node.domain);
    if (operatorOf(node.op ?? "", domain) === null) {
      throw new UnsupportedOpError("not supported", { hint: unsupportedReason(node.op ?? "", domain) });
    }
    this.#placeholders(node, scope);
    this.#findings.add(node, scope, "unknown", {
      reason: "follows a node whose output shape is not known",
    });
  }

  /** Values that a refused node would have made, where the file states their type and shape. */
  #placeholders(node: NodeProto, scope: Scope): void {
    for (const name of node.outputs) {
      if (name === "" || lookUp(scope, name) !== undefined) continue;
      const info = this.#findings.stated(name);
      const renamed = scope.rename(name);
      scope.values.set(
        name,
        info === null ? "unknown" : this.#plan.builder.input(renamed, info.dtype, info.shape),
      );
    }
  }
}

const passesOn: ReadonlySet<string> = new Set(["Identity", "Dropout"]);

/** Operators whose float inputs decide shapes, so their values must be known. */
const shapedByFloats: ReadonlySet<string> = new Set(["Resize", "Upsample", "Range", "OneHot"]);

/** Whether a weight counts as a literal constant, by value; other float weights are parameters. */
export function isLiteral(graph: GraphProto, name: string, dtype: DType, shape: readonly number[]): boolean {
  // a bare number takes part in arithmetic that exporters leave behind
  if (!isFloat(dtype) || shape.length === 0) return true;
  const readers = graph.nodes.filter(({ inputs }) => inputs.includes(name));
  return readers.some(({ op }) => shapedByFloats.has(op ?? ""));
}

/** Types and shapes that reach a Scan's body: the states as they are, the sequences without the axis run over. */
function scanElements(
  node: NodeProto,
  inputs: readonly (Value | null)[],
): Pick<ValueInfo, "dtype" | "shape">[] {
  const attribute = (name: string): AttributeProto | undefined =>
    node.attributes.find((a) => a.name === name);
  const states = inputs.length - (attribute("num_scan_inputs")?.int ?? 0);
  const axes = attribute("scan_input_axes")?.ints ?? [];
  return inputs.map((value, i) => {
    const { dtype, shape } = value as Value;
    if (i < states) return { dtype, shape };
    const axis = axes[i - states] ?? 0;
    return { dtype, shape: shape.toSpliced(axis, 1) };
  });
}

function requireKnownAttributes(draft: Draft, known: Readonly<Record<string, unknown>>): void {
  for (const name of Object.keys(draft.attributes)) {
    if (name in known || harmless.has(name)) continue;
    throw new UnsupportedOpError(`attribute ${name} is not covered`, { hint: "export without it" });
  }
}
