#!/usr/bin/env node
// Starts the command line. In a source checkout, modules that are missing or older than their source are built first.
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

const main = new URL("../dist/cli/main.js", import.meta.url);
if (existsSync(new URL("../src", import.meta.url))) {
  const { build, listStale } = await import("../scripts/build.mjs");
  const generated = fileURLToPath(new URL("../src/kernels/generated", import.meta.url));
  if (!existsSync(main)) process.stderr.write("isinglass: first start in a source checkout, building\n");
  if (!existsSync(generated) || listStale().length > 0) await build({ types: false });
  const [command, ...words] = process.argv.slice(2);
  if (command === "lab" && !words.includes("--help") && !words.includes("-h")) {
    const { buildLab, isLabStale } = await import("../scripts/build-lab.mjs");
    if (isLabStale()) {
      process.stderr.write("isinglass: building the lab's page\n");
      await buildLab();
    }
  }
}
await import(main.href);
