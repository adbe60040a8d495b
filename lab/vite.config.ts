/** How the lab becomes static files: relative addresses (any host, any folder), ES workers, rooms as lazy chunks. */
import { fileURLToPath } from "node:url";
import { defineConfig, type Plugin } from "vite";
import { offlinePlugin, policyPlugin, runtimePlugin, samplesPlugin } from "./build/index.ts";

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/** Comments for other bundlers in a dependency are none of our business. */
const quietPlugin = (): Plugin => ({
  name: "quiet",
  onLog: (_level, { code }) => (code === "INVALID_ANNOTATION" ? false : undefined),
});

export default defineConfig({
  root: here("."),
  base: "./",
  resolve: { alias: { "#platform": here("../src/platform/browser.ts") } },
  esbuild: { jsx: "automatic", jsxImportSource: "preact" },
  worker: { format: "es", plugins: () => [runtimePlugin(), quietPlugin()] },
  plugins: [quietPlugin(), policyPlugin(), runtimePlugin(), samplesPlugin(), offlinePlugin()],
  optimizeDeps: { exclude: ["onnxruntime-web"] },
  build: {
    outDir: here("../dist/lab"),
    emptyOutDir: true,
    target: "es2022",
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 1500,
    reportCompressedSize: false, // 40 MB of runtime are not worth compressing to print a number
  },
});
