/**
 * Runs every example of the documentation comments in src/.
 *
 * Convention: an `@example` tag is followed by TypeScript, in a ```ts fence or bare up to the next tag. Public names
 * are imported from `isinglass/<folder>` (here src/<folder>/index.ts); exports of the documented file itself are in
 * scope without an import. A statement followed on its last line by
 * `// => value` is a check:
 *   expression; // => 0.739085        within half a unit of the last digit shown
 *   expression; // => 3               an integer: to 1e-12
 *   expression; // => [1, 0.5]        a list or typed array of numbers: each as above
 *   expression; // => "ordered"       JSON text, booleans, null, objects: equal
 *   const x = expression; // => 1.5   checks x
 * Top-level await is allowed. An example without a check must only run. Each becomes a module in .build/examples.
 */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { exportedNames, extractExamples, toleranceOf, toModule } from "./examples.ts";

const root = resolve(import.meta.dirname, "../..");
const source = join(root, "src");
const built = join(root, ".build", "examples");
mkdirSync(built, { recursive: true });

const files = readdirSync(source, { recursive: true, encoding: "utf8" })
  .filter((name) => name.endsWith(".ts") && !/^kernels[/\\](assembly|generated)[/\\]/.test(name))
  .sort();

const pathOf = (specifier: string): string => join(source, specifier.slice("isinglass".length), "index.ts");

/** Compares a value with the text behind `// =>`. */
function check(value: unknown, text: string): void {
  if (/^\[[-+.\de, ]+\]$/i.test(text)) {
    const received = Array.from(value as ArrayLike<number>);
    const entries = text.slice(1, -1).split(",");
    expect(received.length).toBe(entries.length);
    for (const [i, entry] of entries.entries()) check(received[i], entry.trim());
    return;
  }
  const expected: unknown = /^-?(Infinity|NaN)$/.test(text) ? Number(text) : JSON.parse(text);
  if (typeof expected === "number" && Number.isFinite(expected)) {
    const received = Number(value);
    expect(Math.abs(received - expected), `received ${received}, shown ${text}`).toBeLessThanOrEqual(
      toleranceOf(text),
    );
  } else {
    expect(value).toEqual(expected);
  }
}

for (const file of files) {
  const home = join(source, file);
  const text = readFileSync(home, "utf8");
  const examples = extractExamples(text);
  if (examples.length === 0) continue;
  describe(`examples of src/${file}`, () => {
    for (const { line, code } of examples) {
      it(`line ${line} gives what it shows`, async () => {
        const path = join(built, `${file.replaceAll(/[/\\]/g, "-").replace(/\.ts$/, "")}-${line}.ts`);
        writeFileSync(path, toModule(code, { resolve: pathOf, home, homeNames: exportedNames(text) }));
        const { checks } = (await import(/* @vite-ignore */ path)) as { checks: [unknown, string][] };
        for (const [value, shown] of checks) check(value, shown);
      });
    }
  });
}

describe("the extraction itself", () => {
  it("reads fenced and bare examples and stops at the next tag", () => {
    const comment = [
      "/**",
      " * Doubles.",
      " * @example",
      " * ```ts",
      " * 2 * 2; // => 4",
      " * ```",
      " * @example",
      " * 1 + 1; // => 2",
      " * @source none",
      " */",
    ].join("\n");
    expect(extractExamples(comment)).toEqual([
      { line: 3, code: "2 * 2; // => 4" },
      { line: 7, code: "1 + 1; // => 2" },
    ]);
  });

  it("turns shown digits into a tolerance", () => {
    expect(toleranceOf("0.25")).toBeCloseTo(0.005, 10);
    expect(toleranceOf("1.5e3")).toBeCloseTo(50, 8);
    expect(toleranceOf("3")).toBeLessThan(1e-10);
  });

  it("fails for a wrong value", () => {
    expect(() => check(0.26, "0.25")).toThrow();
    expect(() => check(3.0001, "3")).toThrow();
    expect(() => check("chaotic", '"ordered"')).toThrow();
  });
});
