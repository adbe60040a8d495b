/** `isinglass completion SHELL`: a script that completes commands and options. */
import type { ArgsDef } from "citty";
import { SpecError } from "../../base/index.ts";
import type { Command, Outcome } from "../command.ts";
import { COMMON_OPTIONS } from "../options.ts";
import { suggest } from "../suggest.ts";

/** A command with the names of its options. */
interface Completable {
  readonly name: string;
  readonly summary: string;
  readonly options: readonly string[];
}

const SHELLS: Readonly<Record<string, (commands: readonly Completable[]) => string>> = { bash, zsh, fish };

export const completionCommand: Command = {
  name: "completion",
  summary: "Print a script that completes commands and options in bash, zsh or fish",
  examples: [
    "isinglass completion bash >> ~/.bashrc",
    "isinglass completion zsh > ~/.zfunc/_isinglass",
    "isinglass completion fish > ~/.config/fish/completions/isinglass.fish",
  ],
  args: { shell: { type: "positional", required: true, description: "bash, zsh or fish" } },
  async run({ args, commands: entries }): Promise<Outcome> {
    const shell = String(args.shell);
    const write = SHELLS[shell];
    if (write === undefined) {
      const near = suggest(shell, Object.keys(SHELLS));
      throw new SpecError(`completion: received "${shell}", expected bash, zsh or fish`, {
        hint: `isinglass completion ${near ?? "bash"}`,
      });
    }
    const commands = await Promise.all(
      entries.map(async ({ name, summary, load }) => ({
        name,
        summary,
        options: optionsOf((await load()).args),
      })),
    );
    const script = write(commands);
    return { result: { shell, script }, assumptions: [], references: [], seed: null, text: () => script };
  },
};

function optionsOf(args: ArgsDef): string[] {
  const own = Object.entries(args).filter(([, arg]) => arg.type !== "positional");
  return [...own.map(([name]) => `--${name}`), ...Object.keys(COMMON_OPTIONS).map((name) => `--${name}`)];
}

function bash(commands: readonly Completable[]): string {
  return `_isinglass() {
  local word="\${COMP_WORDS[COMP_CWORD]}" words="${commands.map(({ name }) => name).join(" ")}"
  if [ "$COMP_CWORD" -gt 1 ]; then
    case "\${COMP_WORDS[1]}" in
${commands.map(({ name, options }) => `      ${name}) words="${options.join(" ")}" ;;`).join("\n")}
      *) words="" ;;
    esac
    case "$word" in -*) ;; *) compopt -o default; return ;; esac
  fi
  COMPREPLY=($(compgen -W "$words" -- "$word"))
}
complete -F _isinglass isinglass`;
}

function zsh(commands: readonly Completable[]): string {
  const quoted = (text: string): string => text.replaceAll("'", "").replaceAll(":", "\\:");
  return `#compdef isinglass
if (( CURRENT == 2 )); then
  local -a commands=(${commands.map(({ name, summary }) => `'${name}:${quoted(summary)}'`).join(" ")})
  _describe command commands
else
  case "$words[2]" in
${commands.map(({ name, options }) => `    ${name}) compadd -- ${options.join(" ")}; _files ;;`).join("\n")}
    *) _files ;;
  esac
fi`;
}

function fish(commands: readonly Completable[]): string {
  return commands
    .flatMap(({ name, summary, options }) => [
      `complete -c isinglass -n __fish_use_subcommand -a ${name} -d '${summary.replaceAll("'", "\\'")}'`,
      ...options.map(
        (option) => `complete -c isinglass -n '__fish_seen_subcommand_from ${name}' -l ${option.slice(2)}`,
      ),
    ])
    .join("\n");
}
