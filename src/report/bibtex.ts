/** References as BibTeX entries. */
import type { Reference } from "../base/index.ts";

/** Characters that BibTeX reads as commands. */
const SPECIAL = /[&%$#_{}]/g;

/**
 * One entry; papers on arXiv carry their identifier.
 *
 * @example
 * ```ts
 * import { renderBibtex } from "isinglass/report";
 * renderBibtex({ authors: "Poole, Lahiri", year: 2016, title: "Chaos", id: "arXiv:1606.05340" });
 * ```
 */
export function renderBibtex({ authors, year, title, where, id }: Reference): string {
  const protect = (text: string): string => text.replace(SPECIAL, (character) => `\\${character}`);
  const names = authors.split(/,\s*|\s+and\s+/).filter((name) => name !== "" && name !== "et al.");
  const first = (names[0] ?? "anonymous").replace(/\s*et al\.?/, "");
  const key = `${first.replace(/[^A-Za-z]/g, "").toLowerCase()}${year}${firstWord(title)}`;
  const others = /et al/.test(authors) ? ["others"] : [];
  const arxiv = id === undefined ? null : /^arXiv:(\S+)/i.exec(id);
  const fields: [string, string][] = [
    [
      "author",
      [...names.map((name) => name.replace(/\s*et al\.?/, "")), ...others].map(protect).join(" and "),
    ],
    ["title", `{${protect(title)}}`],
    ["year", String(year)],
    ...(arxiv
      ? ([
          ["eprint", arxiv[1] as string],
          ["archivePrefix", "arXiv"],
        ] as [string, string][])
      : []),
    ...(id !== undefined && !arxiv ? ([["note", protect(id)]] as [string, string][]) : []),
    ...(where !== undefined ? ([["annote", protect(where)]] as [string, string][]) : []),
  ];
  const type = arxiv ? "article" : "misc";
  return `@${type}{${key},\n${fields.map(([name, value]) => `  ${name} = {${value}}`).join(",\n")}\n}`;
}

function firstWord(title: string): string {
  const words = title.toLowerCase().match(/[a-z]+/g) ?? [];
  return words.find((word) => word.length > 3) ?? words[0] ?? "";
}
