/** The built page as files: what is loaded first, and that page and workers share the library's chunks. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, inject, it } from "vitest";
import { listShell } from "../../bench/lab/shell.ts";

const folder = inject("labFolder");

describe.skipIf(!existsSync(join(folder, "index.html")))("the built lab", () => {
  const scripts = (): { name: string; text: string }[] =>
    readdirSync(join(folder, "assets"))
      .filter((name) => name.endsWith(".js"))
      .map((name) => ({ name, text: readFileSync(join(folder, "assets", name), "utf8") }));

  it("holds the library once, for the page and all workers", () => {
    // texts that the library has in one place each, and that several workers need
    for (const text of ["cannot be fetched", "sigmaW2 is the weight variance times fan-in"]) {
      const holders = scripts().filter((script) => script.text.includes(text));
      expect(
        holders.map(({ name }) => name),
        text,
      ).toHaveLength(1);
    }
  });

  it("starts workers from files that are there", () => {
    const started = scripts().flatMap(({ text }) =>
      [...text.matchAll(/new Worker\(new URL\("([^"]+)",\s*import\.meta\.url\)\.href/g)].map(
        ([, name]) => name,
      ),
    );
    expect(started.length).toBeGreaterThan(9);
    for (const name of started) expect(existsSync(join(folder, "assets", name as string)), name).toBe(true);
    // sources of workers are no files of the page
    expect(readdirSync(join(folder, "assets")).filter((name) => name.endsWith(".ts"))).toEqual([]);
  });

  it("shows its shell from less than 60 KiB, with no worker among it", () => {
    const shell = listShell(folder);
    const bytes = shell.reduce((sum, { gzipBytes }) => sum + gzipBytes, 0);
    expect(bytes).toBeGreaterThan(5 * 1024);
    expect(bytes).toBeLessThan(60 * 1024);
    expect(shell.filter(({ name }) => name.includes("worker"))).toEqual([]);
  });
});
