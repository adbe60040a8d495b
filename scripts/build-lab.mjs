// Builds the lab's page into dist/lab: static files that any host can serve. An argument names another folder.
import { fileURLToPath } from "node:url";
import { build } from "vite";
import { buildKernels } from "./build-kernels.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
const [folder] = process.argv.slice(2);

await buildKernels();
await build({
  configFile: `${root}lab/vite.config.ts`,
  logLevel: "warn",
  ...(folder === undefined ? {} : { build: { outDir: folder } }),
});
console.log(`the lab is in ${folder ?? "dist/lab"}; serve it with: npx isinglass lab`);
