/** The shell around the commands: find the command, check the words, run it, print the outcome, choose the exit code. */
import { SpecError } from "../base/index.ts";
import { readArguments } from "./arguments.ts";
import { createStyle, wantsColor } from "./color.ts";
import type { Command, CommandContext, CommandEntry, Outcome } from "./command.ts";
import { describeError, INTERRUPTED } from "./errors.ts";
import { checkExpectation } from "./expect.ts";
import { renderCommandHelp, renderOverview, renderWelcome } from "./help.ts";
import { COMMON_OPTIONS, readNumber } from "./options.ts";
import { createProgress } from "./progress.ts";
import { COMMANDS } from "./registry.ts";
import { suggest } from "./suggest.ts";

/** One output stream. */
export interface Output {
  readonly write: (text: string) => void;
  readonly isTerminal: boolean;
  readonly columns: number;
}

/** Everything that the shell knows of the outside world. */
export interface Surroundings {
  readonly stdout: Output;
  readonly stderr: Output;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly version: string;
  /** What computes: "Node v20.20.2", "2 threads". */
  readonly machine: readonly string[];
  /** Milliseconds, monotonic. */
  readonly now: () => number;
  /** Aborted by Ctrl-C. */
  readonly signal: AbortSignal;
}

/**
 * Runs one command line and returns its exit code; never throws.
 *
 * @param words the words after `isinglass`
 */
export async function runCommandLine(words: readonly string[], surroundings: Surroundings): Promise<number> {
  const { stdout, stderr, env, version } = surroundings;
  const colorOption = words.includes("--no-color") ? false : words.includes("--color") ? true : undefined;
  const styleFor = (output: Output): CommandContext["style"] =>
    createStyle(wantsColor({ option: colorOption, env, isTerminal: output.isTerminal }));
  const [first, ...rest] = words;
  let fallbackHint = "isinglass --help";
  try {
    if (first === undefined) {
      stdout.write(renderWelcome(styleFor(stdout)));
      return 0;
    }
    if (first === "--version" || first === "-v") {
      stdout.write(`${version}\n`);
      return 0;
    }
    if (first === "--help" || first === "-h" || first === "help") {
      const topic = first === "help" ? rest.find((word) => !word.startsWith("-")) : undefined;
      stdout.write(
        topic === undefined
          ? renderOverview(COMMANDS, version, styleFor(stdout))
          : renderCommandHelp(await findCommand(topic).load(), styleFor(stdout)),
      );
      return 0;
    }
    const entry = findCommand(first);
    announce(entry, rest, stderr);
    const command = await entry.load();
    fallbackHint = `isinglass ${first} --help`;
    if (rest.includes("--help") || rest.includes("-h")) {
      stdout.write(renderCommandHelp(command, styleFor(stdout)));
      return 0;
    }
    return await execute(command, rest, surroundings, styleFor(stdout));
  } catch (error) {
    const verbose = words.includes("--verbose");
    const report = describeError(error, { verbose, fallbackHint });
    stderr.write(`${report.lines.join("\n")}\n`);
    return surroundings.signal.aborted ? INTERRUPTED : report.exitCode;
  }
}

/** Says what begins, for commands that take a while to load. */
function announce({ opening }: CommandEntry, words: readonly string[], stderr: Output): void {
  // a word after an option may be its value
  const subject = words.find((word, i) => !word.startsWith("-") && !words[i - 1]?.startsWith("-"));
  const isQuiet = ["--quiet", "--help", "-h"].some((word) => words.includes(word));
  if (opening !== undefined && subject !== undefined && !isQuiet) stderr.write(`${opening} ${subject}\n`);
}

function findCommand(name: string): CommandEntry {
  const entry = COMMANDS.find((command) => command.name === name);
  if (entry) return entry;
  const known = COMMANDS.map((command) => command.name);
  const near = suggest(name, known);
  const what = name.startsWith("-") ? "option" : "command";
  throw new SpecError(`unknown ${what} "${name}"${near ? `, did you mean "${near}"?` : ""}`, {
    hint: near ? `isinglass ${near} --help` : "isinglass --help",
    data: { received: name, known },
  });
}

async function execute(
  command: Command,
  words: readonly string[],
  surroundings: Surroundings,
  style: CommandContext["style"],
): Promise<number> {
  const { stdout, stderr, now, signal, version } = surroundings;
  const { args, expectations } = readArguments(command.name, words, { ...command.args, ...COMMON_OPTIONS });
  if (args.json === true && args.csv === true) {
    throw new SpecError(`${command.name}: received --json and --csv, expected one of them`, {
      hint: "run it once with --json and once with --csv",
    });
  }
  const quiet = args.quiet === true;
  const progress = createProgress({ ...stderr, now });
  const started = now();
  const note = (message: string): void => {
    progress.clear();
    if (!quiet) stderr.write(`${message}\n`);
  };
  const context: CommandContext = {
    args,
    seed: readNumber(args, "seed", { min: 0, max: Number.MAX_SAFE_INTEGER, integer: true }) ?? 1,
    threads: readNumber(args, "threads", { min: 1, max: 1024, integer: true }),
    version,
    commandLine: ["isinglass", command.name, ...words].map(quoteWord).join(" "),
    machine: surroundings.machine,
    columns: stdout.columns,
    style,
    commands: COMMANDS,
    note,
    machineReadable: args.json === true || args.csv === true,
    signal,
    onProgress: quiet ? () => {} : progress.report,
  };
  let outcome: Outcome;
  try {
    outcome = await command.run(context);
  } finally {
    progress.clear();
  }
  stdout.write(await render(command, outcome, context));
  await outcome.until?.();
  if (args.verbose === true) note(`done in ${((now() - started) / 1000).toFixed(2)} s`);
  return judge(expectations, outcome, stderr);
}

async function render(
  command: Command,
  outcome: Outcome,
  { args, version, commandLine }: CommandContext,
): Promise<string> {
  if (args.json === true) {
    const { renderJson } = await import("./render/json.ts");
    return renderJson(outcome, { command: command.name, version, commandLine });
  }
  if (args.csv === true) {
    if (outcome.csv === undefined) {
      throw new SpecError(`${command.name}: its result is not a table, --csv does not apply`, {
        hint: `isinglass ${command.name} ... --json`,
      });
    }
    const { renderCsv } = await import("./render/csv.ts");
    return renderCsv(outcome.csv());
  }
  return `${outcome.text()}\n`;
}

function judge(expectations: readonly string[], outcome: Outcome, stderr: Output): number {
  const failed = expectations
    .map((clause) => checkExpectation(clause, outcome.result))
    .filter(({ holds }) => !holds);
  for (const { clause, found } of failed) stderr.write(`expectation failed: ${clause} (found ${found})\n`);
  return failed.length > 0 ? 1 : (outcome.exitCode ?? 0);
}

/** Quotes a word for a POSIX shell, so that the printed command line can be pasted. */
export function quoteWord(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
