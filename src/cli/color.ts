/** Colour only where it is wanted: a terminal that is not dumb, unless NO_COLOR, FORCE_COLOR or an option says otherwise. */
import type { Style } from "./command.ts";

/** What the decision depends on. */
export interface ColorSituation {
  /** `--color` / `--no-color`; undefined when neither was given. */
  readonly option: boolean | undefined;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly isTerminal: boolean;
}

/**
 * Whether to write colour codes (no-color.org; FORCE_COLOR as in Node's own tools).
 *
 * @example
 * wantsColor({ option: undefined, env: { NO_COLOR: "1" }, isTerminal: true }); // => false
 */
export function wantsColor({ option, env, isTerminal }: ColorSituation): boolean {
  if (option !== undefined) return option;
  if (env.NO_COLOR) return false;
  const forced = env.FORCE_COLOR;
  if (forced !== undefined) return forced !== "0" && forced !== "false";
  return isTerminal && env.TERM !== "dumb";
}

/** Styles by SGR codes, or plain text. */
export function createStyle(enabled: boolean): Style {
  const wrap =
    (open: string, close: string) =>
    (text: string): string =>
      enabled ? `\u001b[${open}m${text}\u001b[${close}m` : text;
  return {
    enabled,
    bold: wrap("1", "22"),
    dim: wrap("2", "22"),
    red: wrap("31", "39"),
    green: wrap("32", "39"),
    yellow: wrap("33", "39"),
    rgb: (text, [r, g, b]) => wrap(`38;2;${r};${g};${b}`, "39")(text),
  };
}
