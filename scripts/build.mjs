// Builds dist/: kernels to base64 modules, TypeScript to ES modules file by file (only what changed), then the
// declarations, then the lab's page when it is stale. `--fast` leaves out the type check, the declarations and the page:
// that is what the first start in a source checkout and the command line tests use.
import { spawnSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { buildKernels } from "./build-kernels.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
const source = `${root}src/`;
const target = `${root}dist/`;

/** Relative paths of all TypeScript sources that end up in dist/. */
export function listSources() {
  return readdirSync(source, { recursive: true })
    .map((name) => name.replaceAll("\\", "/"))
    .filter(
      (name) => name.endsWith(".ts") && !name.endsWith(".d.ts") && !name.startsWith("kernels/assembly/"),
    );
}

const output = (name) => `${target}${name.replace(/\.ts$/, ".js")}`;
const modified = (path) => (existsSync(path) ? statSync(path).mtimeMs : 0);

/** Sources whose module in dist/ is missing or older than the source or this script. */
export function listStale() {
  const script = modified(fileURLToPath(import.meta.url));
  return listSources().filter(
    (name) => modified(output(name)) < Math.max(script, modified(`${source}${name}`)),
  );
}

async function transpile() {
  const stale = listStale();
  if (stale.length > 0) {
    const { default: ts } = await import("typescript");
    const { config } = ts.readConfigFile(`${root}tsconfig.json`, ts.sys.readFile);
    const { options } = ts.convertCompilerOptionsFromJson(config.compilerOptions, root);
    for (const name of stale) {
      const text = readFileSync(`${source}${name}`, "utf8");
      const { outputText } = ts.transpileModule(text, {
        // package.json says that every module is an ES module; a single file cannot know
        compilerOptions: {
          ...options,
          module: ts.ModuleKind.ESNext,
          moduleResolution: ts.ModuleResolutionKind.Bundler,
          declaration: false,
          isolatedDeclarations: false,
        },
        fileName: `${source}${name}`,
      });
      mkdirSync(dirname(output(name)), { recursive: true });
      // two builds may run at once (parallel tests): a reader never sees half a file
      const temporary = `${output(name)}.${process.pid}.tmp`;
      writeFileSync(temporary, outputText);
      renameSync(temporary, output(name));
    }
  }
  const kept = new Set(listSources().map((name) => name.replace(/\.ts$/, "")));
  for (const file of readdirSync(target, { recursive: true }).map((name) => name.replaceAll("\\", "/"))) {
    // dist/lab holds the page, which scripts/build-lab.mjs makes as a whole
    if (file.startsWith("lab/")) continue;
    if (/\.(js|d\.ts)$/.test(file) && !kept.has(file.replace(/\.(js|d\.ts)$/, "")))
      rmSync(`${target}${file}`);
  }
}

function declare() {
  const tsc = `${root}node_modules/typescript/bin/tsc`;
  const { status } = spawnSync(
    process.execPath,
    [tsc, "-p", `${root}tsconfig.json`, "--emitDeclarationOnly"],
    { stdio: ["ignore", 2, 2] },
  );
  return status ?? 1;
}

export async function build({ types = true } = {}) {
  await buildKernels();
  await transpile();
  return types ? declare() : 0;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const fast = process.argv.includes("--fast");
  process.exitCode = await build({ types: !fast });
  if (!fast && process.exitCode === 0) {
    const { buildLab, isLabStale } = await import("./build-lab.mjs");
    if (isLabStale()) await buildLab();
  }
}
