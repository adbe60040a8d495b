/** What a command is: its arguments, its examples, and one function from arguments to an outcome that the shell prints. */
import type { ArgsDef } from "citty";
import type { Provenance, WorkOptions } from "../base/index.ts";

/** Values of the arguments by name, checked against the definition before the command runs. */
export type Arguments = Readonly<Record<string, string | boolean | undefined>>;

/** What every command is given beside its own arguments. */
export interface CommandContext extends Required<WorkOptions> {
  readonly args: Arguments;
  /** Seed of the random stream, from `--seed`. */
  readonly seed: number;
  /** Threads that a computation may use, from `--threads`; undefined lets the runtime choose. */
  readonly threads: number | undefined;
  /** Version of the package. */
  readonly version: string;
  /** The command line as it can be pasted into a shell. */
  readonly commandLine: string;
  /** What computes: "Node v20.20.2", "2 threads". */
  readonly machine: readonly string[];
  /** Columns of the terminal; figures in characters are left out when it is narrow. */
  readonly columns: number;
  readonly style: Style;
  /** All commands, for completion. */
  readonly commands: readonly CommandEntry[];
  /** Says on stderr what happened (a file written, a default chosen); silent with `--quiet`. */
  readonly note: (message: string) => void;
  /** True for `--json`, `--csv` and `--quiet`: text drawings are not needed. */
  readonly machineReadable: boolean;
}

/** Terminal styles; each is the identity when colour is off. */
export interface Style {
  readonly enabled: boolean;
  bold(text: string): string;
  dim(text: string): string;
  red(text: string): string;
  green(text: string): string;
  yellow(text: string): string;
  /** Foreground colour by sRGB values 0 to 255. */
  rgb(text: string, color: readonly [number, number, number]): string;
}

/** A command's name and summary, known without loading the command. */
export interface CommandSummary {
  readonly name: string;
  readonly summary: string;
}

/** A command that is not loaded yet. */
export interface CommandEntry extends CommandSummary {
  /** Said with the first argument before a large command is loaded, so that something is seen at once: "diagnosing". */
  readonly opening?: string;
  readonly load: () => Promise<Command>;
}

/** Rows for `--csv`: the first row is the header. */
export type CsvRows = readonly (readonly (string | number | null)[])[];

/** What a command returns: the JSON result, its text for people, and its provenance. */
export interface Outcome extends Provenance {
  readonly result: Readonly<Record<string, unknown>>;
  /** Lines for a terminal: verdict first, then numbers, then what was not covered. */
  readonly text: () => string;
  readonly csv?: () => CsvRows;
  /** Exit code when the computation succeeded; 0 unless said otherwise. */
  readonly exitCode?: number;
  /** What goes on after the outcome was printed, such as a server; resolves when it has ended. */
  readonly until?: () => Promise<void>;
}

/** A command of the command line. */
export interface Command {
  readonly name: string;
  readonly summary: string;
  /** Command lines that work as they stand, most useful first. */
  readonly examples: readonly string[];
  readonly args: ArgsDef;
  run(context: CommandContext): Promise<Outcome>;
}
