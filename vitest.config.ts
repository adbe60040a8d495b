import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

const shared = {
  resolve: {
    // sources run straight from src/: #platform is the Node implementation
    alias: { "#platform": fileURLToPath(new URL("./src/platform/node.ts", import.meta.url)) },
  },
};
const common = {
  globalSetup: ["./test/setup/kernels.ts"],
  pool: "forks" as const,
  testTimeout: 30_000,
};
/**
 * Tests that drive a browser share a machine's cores with it: one that fails is tried once more, from a fresh page, and is
 * listed with "(retry x1)" when it passes then.
 */
const driven = { testTimeout: 120_000, hookTimeout: 180_000, retry: 1 } as const;
const properties = "test/**/*.properties.test.ts";
const commandLine = "test/cli/**/*.test.ts";
const browser = "test/browser/**/*.test.ts";
/** Rooms of the lab in Chromium; tests of its code that need no browser are unit tests (test/lab/unit). */
const lab = "test/lab/*.test.ts";

export default defineConfig({
  test: {
    maxWorkers: 2,
    projects: [
      {
        ...shared,
        test: {
          ...common,
          name: "unit",
          include: ["test/**/*.test.ts"],
          exclude: [properties, commandLine, browser, lab],
        },
      },
      { ...shared, test: { ...common, name: "properties", include: [properties] } },
      { ...shared, test: { ...common, name: "cli", include: [commandLine], testTimeout: 120_000 } },
      { ...shared, test: { ...common, ...driven, name: "browser", include: [browser] } },
      {
        ...shared,
        test: {
          ...common,
          ...driven,
          globalSetup: [...common.globalSetup, "./test/lab/setup/build.ts"],
          name: "lab",
          include: [lab],
          expect: { poll: { timeout: 30_000 } },
        },
      },
    ],
  },
});
