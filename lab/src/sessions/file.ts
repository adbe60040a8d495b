/** Sessions as JSON: what this browser keeps, and the file that takes them elsewhere. */
import { FormatError } from "../../../src/base/errors.ts";

/** A view with a name. */
export interface Session {
  readonly name: string;
  /** Address of the view: "#phase?w=2". */
  readonly hash: string;
  /** When it was kept, as ISO 8601. */
  readonly saved: string;
}

const SCHEMA = "isinglass/lab-sessions/1";
const LONGEST_NAME = 120;
const LONGEST_HASH = 20_000;
const MOST = 1000;

/** The text of a file. */
export function writeSessions(sessions: readonly Session[]): string {
  return `${JSON.stringify({ schema: SCHEMA, sessions }, null, 2)}\n`;
}

/**
 * Reads a file; `where` is what errors call it.
 *
 * @throws FormatError for a text that is none
 */
export function readSessions(text: string, where: string): Session[] {
  const content = parse(text, where);
  if (!isRecord(content) || content.schema !== SCHEMA || !Array.isArray(content.sessions)) {
    throw new FormatError(`${where}: received a file of another kind, expected the schema ${SCHEMA}`, {
      hint: "choose a file that “Export” of this list wrote",
    });
  }
  const sessions = content.sessions as readonly unknown[];
  if (sessions.length > MOST)
    throw new FormatError(`${where}: received ${sessions.length} sessions, expected at most ${MOST}`);
  return sessions.map((entry, i) => {
    if (isSession(entry)) return { name: entry.name, hash: entry.hash, saved: entry.saved };
    throw new FormatError(
      `${where}: received ${JSON.stringify(entry)?.slice(0, 80)} as session ${i + 1}, expected a name, an address that begins with # and a date`,
    );
  });
}

function parse(text: string, where: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new FormatError(`${where}: no JSON (${error instanceof Error ? error.message : String(error)})`, {
      hint: "choose a file that “Export” of this list wrote",
      cause: error,
    });
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

function isSession(value: unknown): value is Session {
  if (!isRecord(value)) return false;
  const { name, hash, saved } = value;
  return (
    typeof name === "string" &&
    name.trim() !== "" &&
    name.length <= LONGEST_NAME &&
    typeof hash === "string" &&
    hash.startsWith("#") &&
    hash.length <= LONGEST_HASH &&
    typeof saved === "string" &&
    !Number.isNaN(Date.parse(saved))
  );
}
