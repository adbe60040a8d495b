/** Reads a command line against a command's definition: unknown words get a suggestion, missing values an error. */
import { type ArgDef, type ArgsDef, parseArgs } from "citty";
import { SpecError } from "../base/index.ts";
import type { Arguments } from "./command.ts";
import { suggest } from "./suggest.ts";

/** Arguments of one command, with the repeatable `--expect` apart. */
export interface ReadArguments {
  readonly args: Arguments;
  readonly expectations: readonly string[];
}

/**
 * Checks raw words and parses them.
 *
 * @param command name, for messages
 * @param raw words after the command
 * @param definition the command's own and the common options
 * @throws SpecError for an unknown option, a missing value, a missing or a surplus positional argument
 */
export function readArguments(command: string, raw: readonly string[], definition: ArgsDef): ReadArguments {
  const expectations: string[] = [];
  const words: string[] = [];
  let positionals = 0;
  for (let i = 0; i < raw.length; i++) {
    const word = raw[i] as string;
    if (word === "--") {
      words.push(...raw.slice(i));
      positionals += raw.length - i - 1;
      break;
    }
    if (!/^-[-a-zA-Z]/.test(word)) {
      positionals += 1;
      words.push(word);
      continue;
    }
    const { name, type, inline } = identify(command, word, definition);
    if (type === "boolean") {
      words.push(word);
      continue;
    }
    const value = inline ?? raw[i + 1];
    if (value === undefined || value === "" || (inline === undefined && /^--[a-z]/.test(value))) {
      throw new SpecError(`${command}: --${name} needs a value`, { hint: `isinglass ${command} --help` });
    }
    if (inline === undefined) i += 1;
    if (name === "expect") expectations.push(value);
    else words.push(`--${name}=${value}`);
  }
  checkPositionals(command, positionals, definition);
  // the common `default` of citty fills in what was not given
  return { args: parseArgs(words, definition) as unknown as Arguments, expectations };
}

interface Identified {
  readonly name: string;
  readonly type: ArgDef["type"];
  readonly inline: string | undefined;
}

function identify(command: string, word: string, definition: ArgsDef): Identified {
  const equals = word.indexOf("=");
  const inline = equals < 0 ? undefined : word.slice(equals + 1);
  const bare = (equals < 0 ? word : word.slice(0, equals)).replace(/^--?/, "");
  const options = Object.entries(definition).filter(([, arg]) => arg.type !== "positional");
  for (const [name, arg] of options) {
    const aliases = "alias" in arg && arg.alias !== undefined ? [arg.alias].flat() : [];
    const negated = arg.type === "boolean" && bare === `no-${name}`;
    if (bare === name || aliases.includes(bare) || negated) return { name, type: arg.type, inline };
  }
  const known = options.map(([name]) => name);
  const near = suggest(bare, known);
  throw new SpecError(`${command}: unknown option "${word}"${near ? `, did you mean --${near}?` : ""}`, {
    hint: `isinglass ${command} --help`,
    data: { received: word, known },
  });
}

function checkPositionals(command: string, count: number, definition: ArgsDef): void {
  const wanted = Object.entries(definition).filter(([, arg]) => arg.type === "positional");
  const required = wanted.filter(([, arg]) => arg.required !== false && arg.default === undefined);
  if (count < required.length) {
    const missing = (required[count] as [string, ArgDef])[0].toUpperCase();
    throw new SpecError(`${command}: ${missing} is missing`, { hint: `isinglass ${command} --help` });
  }
  if (count > wanted.length) {
    const expected = wanted.length === 0 ? "none" : `${wanted.length}`;
    throw new SpecError(`${command}: received ${count} arguments without a dash, expected ${expected}`, {
      hint: `isinglass ${command} --help; quote a network or expression that contains spaces`,
    });
  }
}
