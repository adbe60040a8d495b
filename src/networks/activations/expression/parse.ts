/**
 * Reads an expression of x by recursive descent: + - * / ^ (right-associative, binds tighter than a sign),
 * parentheses, numbers, x, pi, e and function calls. Errors name the column, what was received and what was expected.
 */
import { nearestWord, SpecError } from "../../../base/index.ts";
import type { ScalarFunction } from "../types.ts";
import { binary, call, type Expression, number } from "./tree.ts";

/** A piece of the text and where it begins (column, from 1). */
interface Token {
  readonly kind: "number" | "name" | "symbol" | "end";
  readonly text: string;
  readonly column: number;
}

const constants: Readonly<Record<string, number>> = { pi: Math.PI, e: Math.E };
const twoArguments: readonly string[] = ["max", "min"];

function fail(source: string, token: Token, expected: string, hint: string): never {
  const received = token.kind === "end" ? "the end of the text" : `"${token.text}"`;
  throw new SpecError(
    `activation "${source}", column ${token.column}: received ${received}, expected ${expected}.`,
    { hint, data: { source, column: token.column, received: token.text, expected } },
  );
}

function tokenize(source: string): Token[] {
  const pattern = /\s*(?:(\d+\.?\d*(?:[eE][+-]?\d+)?|\.\d+(?:[eE][+-]?\d+)?)|([A-Za-z_]\w*)|(\S))/y;
  const tokens: Token[] = [];
  let match = pattern.exec(source);
  while (match !== null) {
    const text = (match[1] ?? match[2] ?? match[3]) as string;
    const kind = match[1] !== undefined ? "number" : match[2] !== undefined ? "name" : "symbol";
    tokens.push({ kind, text, column: pattern.lastIndex - text.length + 1 });
    match = pattern.exec(source);
  }
  tokens.push({ kind: "end", text: "", column: source.length + 1 });
  return tokens;
}

/**
 * Parses `source` with the given functions (each of one argument; `max` and `min` of two are added through ReLU).
 *
 * @throws SpecError with the column of the first mistake.
 */
export function parseExpression(source: string, functions: ReadonlyMap<string, ScalarFunction>): Expression {
  const tokens = tokenize(source);
  let position = 0;
  const peek = (): Token => tokens[position] as Token;
  const take = (text: string): boolean => {
    const isNext = peek().kind === "symbol" && peek().text === text;
    if (isNext) position++;
    return isNext;
  };
  const expect = (text: string, where: string): void => {
    if (!take(text)) fail(source, peek(), `"${text}" ${where}`, "Check the parentheses and commas.");
  };

  function sum(): Expression {
    let left = product();
    for (;;) {
      if (take("+")) left = binary("+", left, product());
      else if (take("-")) left = binary("-", left, product());
      else return left;
    }
  }
  function product(): Expression {
    let left = signed();
    for (;;) {
      if (take("*")) left = binary("*", left, signed());
      else if (take("/")) left = binary("/", left, signed());
      else return left;
    }
  }
  function signed(): Expression {
    if (take("-")) return binary("*", number(-1), signed());
    if (take("+")) return signed();
    const base = atom();
    return take("^") ? binary("^", base, signed()) : base;
  }
  function atom(): Expression {
    const token = peek();
    if (token.kind === "number") {
      position++;
      return number(Number(token.text));
    }
    if (token.kind === "name") return name(token);
    if (take("(")) {
      const inner = sum();
      expect(")", "to close the parenthesis");
      return inner;
    }
    return fail(
      source,
      token,
      "a number, x, a function or a parenthesis",
      "Write the activation as a function of x, such as x*sigmoid(1.5*x).",
    );
  }
  function name(token: Token): Expression {
    position++;
    if (token.text === "x") return { kind: "x" };
    const constant = constants[token.text];
    if (constant !== undefined) return number(constant);
    const fn = functions.get(token.text);
    if (fn === undefined && !twoArguments.includes(token.text)) return unknownName(token);
    expect("(", `after ${token.text}`);
    const first = sum();
    if (fn === undefined) {
      expect(",", `and a second argument of ${token.text}`);
      const second = sum();
      expect(")", `to close ${token.text}(`);
      return extremum(token.text, first, second);
    }
    expect(")", `to close ${token.text}(`);
    return call(fn, first);
  }
  /** max(a, b) = b + relu(a - b), min(a, b) = a - relu(a - b). */
  function extremum(which: string, a: Expression, b: Expression): Expression {
    const excess = call(functions.get("relu") as ScalarFunction, binary("-", a, b));
    return which === "max" ? binary("+", b, excess) : binary("-", a, excess);
  }
  function unknownName(token: Token): never {
    const known = [...functions.keys(), ...twoArguments, "x", ...Object.keys(constants)];
    const nearest = nearestWord(token.text, known);
    const hint =
      nearest === null
        ? `Known names: ${known.join(" ")}.`
        : `Did you mean "${nearest}"? Known names: ${known.join(" ")}.`;
    return fail(source, token, "x, pi, e or a known function", hint);
  }

  const tree = sum();
  if (peek().kind !== "end")
    fail(source, peek(), "an operator (+ - * / ^) or the end", "Write products with *.");
  return tree;
}
