/**
 * Recovers activations from operators: the largest piece of a graph that is a function of one value, element by
 * element with single-number constants, is written as an expression of x. Decomposed GELU, SiLU, hard swish and the
 * like need no pattern of their own.
 */
import { floatOf, type Node } from "../../engine/index.ts";
import { consumersOf, type GraphIndex, isOutput, nodeAt, scalarOf } from "./graph-index.ts";

type Writer = (node: Node, [x, y, z]: readonly string[]) => string | null;

function call(name: string): Writer {
  return (_, [x]) => `${name}(${x})`;
}

function infix(sign: string): Writer {
  return (_, [x, y]) => `(${x}${sign}${y})`;
}

function attribute(node: Node, name: string, fallback: number): string {
  return numberText(floatOf(node.attributes, name, fallback));
}

/** A number the expression parser reads; float32 constants keep 9 digits. */
function numberText(value: number): string {
  const text = String(Number(value.toPrecision(9)));
  return value < 0 ? `(${text})` : text;
}

const writers: Readonly<Record<string, Writer>> = {
  Tanh: call("tanh"),
  Sigmoid: call("sigmoid"),
  Relu: call("relu"),
  Erf: call("erf"),
  Softplus: call("softplus"),
  Sin: call("sin"),
  Cos: call("cos"),
  Exp: call("exp"),
  Log: call("log"),
  Sqrt: call("sqrt"),
  Abs: call("abs"),
  Selu: call("selu"),
  Gelu: (node, [x]) => {
    const kind = node.attributes.approximate;
    return kind?.type === "string" && kind.value === "tanh" ? `gelu_tanh(${x})` : `gelu(${x})`;
  },
  Neg: (_, [x]) => `(-${x})`,
  Reciprocal: (_, [x]) => `(1/${x})`,
  Identity: (_, [x]) => x ?? null,
  Softsign: (_, [x]) => `(${x}/(1+abs(${x})))`,
  Mish: (_, [x]) => `(${x}*tanh(softplus(${x})))`,
  Elu: (node, [x]) => `(relu(${x})+${attribute(node, "alpha", 1)}*(exp(min(${x},0))-1))`,
  Celu: (node, [x]) => {
    const alpha = attribute(node, "alpha", 1);
    return `(relu(${x})+${alpha}*(exp(min(${x},0)/${alpha})-1))`;
  },
  LeakyRelu: (node, [x]) => `(relu(${x})-${attribute(node, "alpha", 0.01)}*relu(-${x}))`,
  PRelu: (_, [x, slope]) => `(relu(${x})-${slope}*relu(-${x}))`,
  HardSigmoid: (node, [x]) =>
    `max(0,min(1,${attribute(node, "alpha", 0.2)}*${x}+${attribute(node, "beta", 0.5)}))`,
  HardSwish: (_, [x]) => `(${x}*max(0,min(1,${x}/6+1/2)))`,
  Clip: (_, [x, low, high]) => {
    const above = low === "" ? x : `max(${low},${x})`;
    return high === undefined || high === "" ? (above ?? null) : `min(${high},${above})`;
  },
  Add: infix("+"),
  Sub: infix("-"),
  Mul: infix("*"),
  Div: infix("/"),
  Pow: infix("^"),
  Max: (_, [x, y]) => (y === undefined ? null : `max(${x},${y})`),
  Min: (_, [x, y]) => (y === undefined ? null : `min(${x},${y})`),
};

/** Expressions longer than this are no activation any more. */
const longest = 2000;

/** A piece of a graph that is a function of one value. */
export interface Elementwise {
  /** Name of the value it ends in. */
  readonly output: string;
  /** The function as an expression of x. */
  readonly expression: string;
  /** Positions of its nodes. */
  readonly nodes: readonly number[];
}

/** The largest function of `value` alone that has a single way out; null when there is none. */
export function elementwiseFrom(index: GraphIndex, value: string): Elementwise | null {
  const texts = new Map<string, string>([[value, "x"]]);
  const nodes: number[] = [];
  const open = [...consumersOf(index, value)];
  while (open.length > 0) {
    open.sort((a, b) => b - a);
    const position = open.pop() as number;
    if (nodes.includes(position)) continue;
    const node = nodeAt(index, position);
    const text = expressionOf(index, node, texts);
    const output = node.outputs[0];
    if (text === null || output === undefined) continue;
    texts.set(output, text);
    nodes.push(position);
    open.push(...consumersOf(index, output));
  }
  return singleExit(index, value, texts, nodes);
}

function expressionOf(index: GraphIndex, node: Node, texts: ReadonlyMap<string, string>): string | null {
  const writer = node.domain === "" ? writers[node.op] : undefined;
  if (writer === undefined) return null;
  const operands: string[] = [];
  for (const name of node.inputs) {
    const number = scalarOf(index, name);
    const text = name === "" ? "" : (texts.get(name) ?? (number === null ? null : numberText(number)));
    if (text === null) return null;
    operands.push(text);
  }
  const written = writer(node, operands);
  return written === null || written.length > longest ? null : written;
}

/**
 * Cuts the piece back until only its end is used outside (the start may be too: a skip connection). A value inside
 * that is used elsewhere ends the piece there.
 */
function singleExit(
  index: GraphIndex,
  value: string,
  texts: ReadonlyMap<string, string>,
  nodes: readonly number[],
): Elementwise | null {
  for (let count = nodes.length; count > 0; count--) {
    const kept = nodes.slice(0, count);
    const inside = new Set(kept);
    const outputs = kept.map((position) => nodeAt(index, position).outputs[0] as string);
    const leaving = outputs.filter(
      (name) => isOutput(index, name) || consumersOf(index, name).some((user) => !inside.has(user)),
    );
    const [output] = leaving;
    if (leaving.length === 1 && output !== undefined && output !== value) {
      return { output, expression: texts.get(output) as string, nodes: kept };
    }
  }
  return null;
}
