/** Runs library code that the lab copies, on the sources, so that nothing has to be built first. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { vi } from "vitest";

const root = resolve(import.meta.dirname, "../../..");

/** What the program printed, one entry for each call of `console.log`. */
export async function runProgram(code: string): Promise<unknown[][]> {
  const build = join(root, ".build");
  mkdirSync(build, { recursive: true });
  const folder = mkdtempSync(join(build, "program-"));
  const file = join(folder, "program.ts");
  writeFileSync(
    file,
    code.replace(/"isinglass\/([a-z]+)"/g, (_, name) => `"${root}/src/${name}/index.ts"`),
  );
  const log = vi.spyOn(console, "log").mockImplementation(() => {});
  try {
    await import(pathToFileURL(file).href);
    return log.mock.calls;
  } finally {
    log.mockRestore();
    rmSync(folder, { recursive: true });
  }
}
