/** How the lab becomes static files: relative addresses (any host, any folder), ES workers, rooms as lazy chunks. */
import { fileURLToPath } from "node:url";
import { defineConfig, type Plugin } from "vite";
import { offlinePlugin, samplesPlugin } from "./build/index.ts";

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/** The development server puts style sheets into the page as elements; the built page links a file and forbids that. */
const relaxPolicyWhileDeveloping: Plugin = {
  name: "relax-policy-while-developing",
  apply: "serve",
  transformIndexHtml: (html) => html.replace("style-src 'self'", "style-src 'self' 'unsafe-inline'"),
};

export default defineConfig({
  root: here("."),
  base: "./",
  resolve: { alias: { "#platform": here("../src/platform/browser.ts") } },
  esbuild: { jsx: "automatic", jsxImportSource: "preact" },
  worker: { format: "es" },
  plugins: [relaxPolicyWhileDeveloping, samplesPlugin(), offlinePlugin()],
  optimizeDeps: { exclude: ["onnxruntime-web"] },
  build: {
    outDir: here("../dist/lab"),
    emptyOutDir: true,
    target: "es2022",
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 1500,
  },
});
