/** Help texts: examples first, because they are what people read. */
import type { ArgDef, ArgsDef } from "citty";
import type { Command, CommandSummary, Style } from "./command.ts";
import { COMMON_OPTIONS } from "./options.ts";
import { alignColumns } from "./render/table.ts";

/** What `isinglass` without arguments prints: two commands that work as they stand. */
export function renderWelcome(style: Style): string {
  return [
    "Will this network train? Two commands to start with:",
    "",
    `  ${style.bold("isinglass diagnose '784-300x50-10 tanh' --data mnist --report report.html")}`,
    `  ${style.bold("isinglass critical --activation tanh --bias-variance 0.05")}`,
    "",
    "All commands: isinglass --help",
    "",
  ].join("\n");
}

/** `isinglass --help`. */
export function renderOverview(commands: readonly CommandSummary[], version: string, style: Style): string {
  return [
    `isinglass ${version}: statistical physics of deep networks`,
    "",
    style.bold("Examples"),
    "  isinglass diagnose '784-300x50-10 tanh' --data mnist --report report.html",
    "  isinglass diagnose model.onnx --fix critical.onnx",
    "  isinglass phase --activation gelu --output phase.svg",
    "",
    style.bold("Commands"),
    ...alignColumns(commands.map(({ name, summary }) => [`  ${name}`, summary])),
    "",
    "Options of one command: isinglass COMMAND --help",
    "",
  ].join("\n");
}

/** `isinglass COMMAND --help`. */
export function renderCommandHelp(command: Command, style: Style): string {
  const positionals = Object.entries(command.args).filter(([, arg]) => arg.type === "positional");
  const usage = positionals.map(([name, arg]) =>
    arg.required === false || arg.default !== undefined ? `[${name.toUpperCase()}]` : name.toUpperCase(),
  );
  const section = (title: string, args: ArgsDef): string[] => [
    "",
    style.bold(title),
    ...alignColumns(Object.entries(args).map(([name, arg]) => [label(name, arg), describe(arg)])),
  ];
  const own = Object.fromEntries(Object.entries(command.args).filter(([, arg]) => arg.type !== "positional"));
  return [
    `${command.summary}.`,
    "",
    style.bold("Examples"),
    ...command.examples.map((example) => `  ${example}`),
    "",
    `${style.bold("Usage")} isinglass ${[command.name, ...usage].join(" ")} [options]`,
    ...(positionals.length > 0 ? section("Arguments", Object.fromEntries(positionals)) : []),
    ...(Object.keys(own).length > 0 ? section("Options", own) : []),
    ...section("Common options", COMMON_OPTIONS),
    "",
  ].join("\n");
}

function label(name: string, arg: ArgDef): string {
  if (arg.type === "positional") return `  ${name.toUpperCase()}`;
  const value = arg.type === "boolean" ? "" : ` ${arg.valueHint ?? name.toUpperCase()}`;
  return `  --${name}${value}`;
}

function describe(arg: ArgDef): string {
  const fallback = arg.default === undefined ? "" : ` (default ${arg.default})`;
  return `${arg.description ?? ""}${fallback}`;
}
