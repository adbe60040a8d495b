/** Builds the lab once for all browser tests; `ISINGLASS_LAB` names a folder that is already built. */
import { execFile } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
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
    // in a process of its own: under NODE_ENV=test it would be the page of a developer, without its service worker
    const script = fileURLToPath(new URL("../../../scripts/build-lab.mjs", import.meta.url));
    await promisify(execFile)(process.execPath, [script, folder], {
      env: { ...process.env, NODE_ENV: "production" },
    });
  }
  return () => rmSync(folder, { recursive: true, force: true });
}
