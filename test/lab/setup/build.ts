/** Builds the lab once for all browser tests; `ISINGLASS_LAB` names a folder that is already built. */
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "vite";
import type { TestProject } from "vitest/node";
import { hasChromium } from "../../browser/chromium.ts";

declare module "vitest" {
  interface ProvidedContext {
    labFolder: string;
  }
}

/** Provides `labFolder`, the built page. */
export async function setup(project: TestProject): Promise<() => void> {
  const ready = process.env.ISINGLASS_LAB;
  if (ready !== undefined && existsSync(join(ready, "index.html"))) {
    project.provide("labFolder", ready);
    return () => {};
  }
  const folder = mkdtempSync(join(tmpdir(), "isinglass-lab-"));
  project.provide("labFolder", folder);
  if (hasChromium) {
    await build({
      configFile: fileURLToPath(new URL("../../../lab/vite.config.ts", import.meta.url)),
      logLevel: "error",
      build: { outDir: folder },
    });
  }
  return () => rmSync(folder, { recursive: true, force: true });
}
