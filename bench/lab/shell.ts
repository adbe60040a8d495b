/** How much the page loads before it shows its first room: the files of the shell, gzipped as a host would send them. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";

/** One file of the shell. */
export interface ShellFile {
  readonly name: string;
  readonly gzipBytes: number;
}

/** What index.html loads at once: scripts, what they import, and style sheets, as the service worker lists them. */
export function listShell(folder: string): ShellFile[] {
  const worker = readFileSync(join(folder, "service-worker.js"), "utf8");
  const [, list = "[]"] = /shell:(\[[^\]]*\])/.exec(worker) ?? [];
  return (JSON.parse(list) as string[])
    .filter((name) => /\.(html|js|css)$/.test(name))
    .map((name) => ({ name, gzipBytes: gzipSync(readFileSync(join(folder, name)), { level: 9 }).length }));
}
