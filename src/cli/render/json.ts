/** The one JSON document that `--json` prints. Its layout is versioned apart from the package. */
import type { Outcome } from "../command.ts";

/** Version of the layout of every command's document. */
export const SCHEMA_VERSION = 1;

/** Facts about the invocation. */
export interface Invocation {
  readonly command: string;
  readonly version: string;
  readonly commandLine: string;
}

/**
 * Writes the document {schema, version, command, result, assumptions, references, seed}. Numbers that JSON does not
 * know are written as the strings "Infinity", "-Infinity" and "NaN"; typed arrays as arrays.
 */
export function renderJson(outcome: Outcome, { command, version, commandLine }: Invocation): string {
  const document = {
    schema: `isinglass/${command}/${SCHEMA_VERSION}`,
    version,
    command: commandLine,
    result: outcome.result,
    assumptions: outcome.assumptions,
    references: outcome.references,
    seed: outcome.seed,
  };
  return `${inlineNumbers(JSON.stringify(document, (_, value) => plain(value), 2))}\n`;
}

/** Puts arrays of plain numbers on one line: shapes and curves are read as a whole. */
function inlineNumbers(json: string): string {
  return json.replace(
    /\[\n\s+([-+.\deE,\s]*?)\n\s+\]/g,
    (_, inner: string) => `[${inner.replace(/\s+/g, " ")}]`,
  );
}

function plain(value: unknown): unknown {
  if (typeof value === "number" && !Number.isFinite(value)) return String(value);
  if (value instanceof Float64Array || value instanceof Float32Array) return Array.from(value, plain);
  if (ArrayBuffer.isView(value) && !(value instanceof DataView)) return Array.from(value as Uint8Array);
  if (value instanceof Map) return Object.fromEntries(value);
  return value;
}
