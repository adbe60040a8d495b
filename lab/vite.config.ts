/** How the lab becomes static files: relative addresses (any host, any folder), ES workers, rooms as lazy chunks. */
import { fileURLToPath } from "node:url";
import { defineConfig, type Plugin } from "vite";
import { offlinePlugin, policyPlugin, runtimePlugin, samplesPlugin, workersPlugin } from "./build/index.ts";

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/** Comments for other bundlers in a dependency are none of our business. */
const quietPlugin = (): Plugin => ({
  name: "quiet",
  onLog: (_level, { code }) => (code === "INVALID_ANNOTATION" ? false : undefined),
});

/** What the shell shares with workers; by itself, so that nothing else is loaded with the shell. */
const IN_SHELL = /preload-helper|src\/figures\/basics\/format\.ts$/;

export default defineConfig({
  root: here("."),
  base: "./",
  resolve: { alias: { "#platform": here("../src/platform/browser.ts") } },
  esbuild: { jsx: "automatic", jsxImportSource: "preact" },
  worker: { format: "es" },
  plugins: [
    quietPlugin(),
    policyPlugin(),
    runtimePlugin(),
    samplesPlugin(),
    workersPlugin(),
    offlinePlugin(),
  ],
  optimizeDeps: { exclude: ["onnxruntime-web"] },
  build: {
    outDir: here("../dist/lab"),
    emptyOutDir: true,
    target: "es2022",
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 1500,
    rollupOptions: {
      output: {
        experimentalMinChunkSize: 8000, // fewer requests where parts share little
        manualChunks: (id) => (IN_SHELL.test(id) ? "shared" : undefined),
      },
    },
    reportCompressedSize: false, // 40 MB of runtime are not worth compressing to print a number
  },
});
