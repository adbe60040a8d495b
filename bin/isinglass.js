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
}
await import(main.href);
