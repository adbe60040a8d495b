/** Finds the `@example` blocks of doc comments and turns them into modules that record what they evaluate. */
import ts from "typescript";

/** One example of a doc comment. */
export interface Example {
  /** Line of the `@example` tag, from 1. */
  readonly line: number;
  readonly code: string;
}

/** All examples in a source file: the fenced ```ts block after the tag, or without a fence the text up to the next tag. */
export function extractExamples(source: string): Example[] {
  const examples: Example[] = [];
  for (const comment of source.matchAll(/\/\*\*[\s\S]*?\*\//g)) {
    const firstLine = source.slice(0, comment.index).split("\n").length;
    const lines = comment[0]
      .split("\n")
      .map((line) => line.replace(/^\s*(\/\*\*|\*\/|\*(?!\/)) ?/, "").replace(/\s*\*\/$/, ""));
    lines.forEach((text, i) => {
      if (!/^@example\b/.test(text)) return;
      const after = lines.slice(i + 1);
      const nextTag = after.findIndex((line) => /^@[a-z]/i.test(line));
      const body = nextTag === -1 ? after : after.slice(0, nextTag);
      const open = body.findIndex((line) => /^```ts\b/.test(line));
      const close = body.findIndex((line, at) => at > open && /^```\s*$/.test(line));
      const code = open === -1 ? body : body.slice(open + 1, close);
      if (code.join("").trim() !== "") examples.push({ line: firstLine + i, code: code.join("\n") });
    });
  }
  return examples;
}

/** Text after `// =>` behind a statement, or null. */
function expectedAfter(code: string, end: number): string | null {
  const match = /^[ \t]*\/\/ => ?(.*)/.exec(code.slice(end));
  return match === null ? null : (match[1] as string).trim();
}

/** Names of values that a source file exports by declaration. */
export function exportedNames(source: string): string[] {
  const declaration = /^export (?:async )?(?:function\*?|const|class) (\w+)/gm;
  return [...source.matchAll(declaration)].map((match) => match[1] as string);
}

/** Names that the example imports or declares at its top level. */
function boundNames(file: ts.SourceFile): Set<string> {
  const names = new Set<string>();
  for (const statement of file.statements) {
    if (ts.isVariableStatement(statement)) {
      for (const { name } of statement.declarationList.declarations) names.add(name.getText(file));
    } else if (ts.isImportDeclaration(statement)) {
      const bindings = statement.importClause?.namedBindings;
      if (bindings && ts.isNamedImports(bindings))
        for (const { name } of bindings.elements) names.add(name.text);
    } else if (ts.isFunctionDeclaration(statement) && statement.name) {
      names.add(statement.name.text);
    }
  }
  return names;
}

/** Where an example comes from and how its imports are found. */
export interface ModuleContext {
  /** Path of a public name such as `isinglass/numerics`. */
  readonly resolve: (specifier: string) => string;
  /** Path of the documented file, whose own exports need no import. */
  readonly home: string;
  readonly homeNames: readonly string[];
}

/**
 * Rewrites an example as a module: `isinglass/<folder>` becomes the path given by `resolve`, and each statement with
 * a `// => value` behind it pushes [value, expected text] to the exported array `checks`.
 */
export function toModule(code: string, { resolve, home, homeNames }: ModuleContext): string {
  const file = ts.createSourceFile("example.ts", code, ts.ScriptTarget.ES2022, true);
  let out = "export const checks: [unknown, string][] = [];\n";
  const bound = boundNames(file);
  const used = homeNames.filter((name) => !bound.has(name) && new RegExp(`\\b${name}\\b`).test(code));
  if (used.length > 0) out += `import { ${used.join(", ")} } from ${JSON.stringify(home)};\n`;
  for (const statement of file.statements) {
    const text = statement.getText(file);
    const expected = expectedAfter(code, statement.end);
    if (ts.isImportDeclaration(statement) && ts.isStringLiteral(statement.moduleSpecifier)) {
      const specifier = statement.moduleSpecifier;
      const start = specifier.getStart(file) - statement.getStart(file);
      const path = /^isinglass(\/|$)/.test(specifier.text) ? resolve(specifier.text) : specifier.text;
      out += `${text.slice(0, start)}${JSON.stringify(path)}${text.slice(start + specifier.getWidth(file))}\n`;
    } else if (expected !== null && ts.isExpressionStatement(statement)) {
      out += `checks.push([(${statement.expression.getText(file)}), ${JSON.stringify(expected)}]);\n`;
    } else {
      out += `${text}\n`;
      const declared = ts.isVariableStatement(statement)
        ? statement.declarationList.declarations[0]
        : undefined;
      if (expected !== null && declared !== undefined) {
        out += `checks.push([${declared.name.getText(file)}, ${JSON.stringify(expected)}]);\n`;
      }
    }
  }
  return out;
}

/** Half a unit of the last digit shown, but never tighter than rounding allows. */
export function toleranceOf(text: string): number {
  const value = Number(text);
  const rounding = 1e-12 * Math.max(1e-300, Math.abs(value));
  const match = /^[+-]?\d*(?:\.(\d*))?(?:e([+-]?\d+))?$/i.exec(text);
  const isInteger = match === null || (match[1] === undefined && match[2] === undefined);
  if (isInteger) return Math.max(rounding, 1e-12);
  return 0.5 * 10 ** (Number(match[2] ?? 0) - (match[1] ?? "").length) + rounding;
}
