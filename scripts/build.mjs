// Builds dist/: kernels to base64 modules, then TypeScript to ES modules with declarations.
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { buildKernels } from "./build-kernels.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
await buildKernels();
const tsc = spawnSync(
  process.execPath,
  [`${root}node_modules/typescript/bin/tsc`, "-p", `${root}tsconfig.json`],
  {
    stdio: ["ignore", 2, 2],
  },
);
process.exitCode = tsc.status ?? 1;
