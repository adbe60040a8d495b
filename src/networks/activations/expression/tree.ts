/**
 * Expressions of one variable as trees, with constant folding, symbolic differentiation and compilation to closures.
 * A call keeps the order of derivative it stands for, so the derivative of call(f, k, u) is call(f, k + 1, u) u'.
 */
import type { ScalarFunction } from "../types.ts";

/** An expression tree. `order` 0, 1, 2 stands for f, f', f''. */
export type Expression =
  | { readonly kind: "number"; readonly value: number }
  | { readonly kind: "x" }
  | { readonly kind: "binary"; readonly op: BinaryOp; readonly left: Expression; readonly right: Expression }
  | {
      readonly kind: "call";
      readonly fn: ScalarFunction;
      readonly order: 0 | 1 | 2;
      readonly argument: Expression;
    };

/** Binary operators. */
export type BinaryOp = "+" | "-" | "*" | "/" | "^";

const fold: Readonly<Record<BinaryOp, (a: number, b: number) => number>> = {
  "+": (a, b) => a + b,
  "-": (a, b) => a - b,
  "*": (a, b) => a * b,
  "/": (a, b) => a / b,
  "^": (a, b) => a ** b,
};

/** A number as a tree. */
export function number(value: number): Expression {
  return { kind: "number", value };
}

/** `left op right`, with constants folded and neutral elements dropped. */
export function binary(op: BinaryOp, left: Expression, right: Expression): Expression {
  const a = left.kind === "number" ? left.value : null;
  const b = right.kind === "number" ? right.value : null;
  if (a !== null && b !== null) return number(fold[op](a, b));
  if (op === "*" && (a === 0 || b === 0)) return number(0);
  if ((op === "+" && a === 0) || (op === "*" && a === 1)) return right;
  if (((op === "+" || op === "-") && b === 0) || ((op === "*" || op === "/" || op === "^") && b === 1))
    return left;
  if (op === "/" && a === 0) return number(0);
  if (op === "^" && b === 0) return number(1);
  return { kind: "binary", op, left, right };
}

/** fn(argument), folded when the argument is a number. */
export function call(fn: ScalarFunction, argument: Expression, order: 0 | 1 | 2 = 0): Expression {
  const tree: Expression = { kind: "call", fn, order, argument };
  return argument.kind === "number" ? number(compile(tree)(0)) : tree;
}

/** Whether the variable occurs. */
export function dependsOnX(tree: Expression): boolean {
  if (tree.kind === "binary") return dependsOnX(tree.left) || dependsOnX(tree.right);
  return tree.kind === "call" ? dependsOnX(tree.argument) : tree.kind === "x";
}

/** The derivative with respect to x. `log` is needed for powers whose exponent contains x. */
export function differentiate(tree: Expression, log: ScalarFunction): Expression {
  if (tree.kind === "number") return number(0);
  if (tree.kind === "x") return number(1);
  if (tree.kind === "call") {
    const inner = differentiate(tree.argument, log);
    if (tree.order === 2) throw new Error("internal: third derivative of an activation");
    return binary("*", call(tree.fn, tree.argument, (tree.order + 1) as 1 | 2), inner);
  }
  const { op, left, right } = tree;
  const dLeft = differentiate(left, log);
  const dRight = differentiate(right, log);
  switch (op) {
    case "+":
    case "-":
      return binary(op, dLeft, dRight);
    case "*":
      return binary("+", binary("*", dLeft, right), binary("*", left, dRight));
    case "/":
      return binary(
        "/",
        binary("-", binary("*", dLeft, right), binary("*", left, dRight)),
        binary("^", right, number(2)),
      );
    case "^":
      if (right.kind === "number") {
        const lowered = binary("^", left, number(right.value - 1));
        return binary("*", binary("*", right, lowered), dLeft);
      }
      // (u^v)' = u^v (v' log u + v u' / u)
      return binary(
        "*",
        tree,
        binary("+", binary("*", dRight, call(log, left)), binary("/", binary("*", right, dLeft), left)),
      );
  }
}

/** The tree as a function of x. */
export function compile(tree: Expression): (x: number) => number {
  if (tree.kind === "number") {
    const { value } = tree;
    return () => value;
  }
  if (tree.kind === "x") return (x) => x;
  if (tree.kind === "call") {
    const { fn } = tree;
    const inner = compile(tree.argument);
    const outer = [fn.f, fn.derivative, fn.secondDerivative][tree.order] as (x: number) => number;
    return (x) => outer(inner(x));
  }
  const left = compile(tree.left);
  const right = compile(tree.right);
  switch (tree.op) {
    case "+":
      return (x) => left(x) + right(x);
    case "-":
      return (x) => left(x) - right(x);
    case "*":
      return (x) => left(x) * right(x);
    case "/":
      return (x) => left(x) / right(x);
    case "^":
      return (x) => left(x) ** right(x);
  }
}
