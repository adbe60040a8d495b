import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

// Sources run straight from src/: the "source" condition maps #platform to its TypeScript file.
export default defineConfig({
  resolve: {
    alias: { "#platform": fileURLToPath(new URL("./src/platform/node.ts", import.meta.url)) },
  },
  test: {
    include: ["test/**/*.test.ts"],
    globalSetup: ["./test/setup/kernels.ts"],
    pool: "forks",
    maxWorkers: 2,
    testTimeout: 30_000,
  },
});
