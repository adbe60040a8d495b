// Builds the lab's page into dist/lab: a complete static site that any host can serve. An argument names another folder.
// In a source checkout `isinglass lab` builds the page first when it is older than something it is made from.
import { existsSync, readdirSync, renameSync, rmSync, statSync } from "node:fs";
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const page = `${root}dist/lab`;
/** Written last. */
const stamp = `${page}/service-worker.js`;

/** Folders of src/ that the page never imports. */
const NOT_IN_PAGE = ["cli", "report", "runs", "kernels/assembly"];

const modified = (path) => (existsSync(path) ? statSync(path).mtimeMs : 0);

function listInputs() {
  const below = (folder) =>
    readdirSync(`${root}${folder}`, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => `${entry.parentPath}/${entry.name}`);
  const sources = below("src").filter(
    (path) => !NOT_IN_PAGE.some((folder) => path.startsWith(`${root}src/${folder}/`)),
  );
  const lab = below("lab").filter((path) => !path.includes("/generated/"));
  return [...sources, ...lab, `${root}package-lock.json`, fileURLToPath(import.meta.url)];
}

/** Whether the page is missing or older than something it is made from. */
export function isLabStale() {
  const built = modified(stamp);
  return built === 0 || listInputs().some((path) => modified(path) > built);
}

/** Builds the page beside the old one and puts it in its place, so that a server never sees half of it. */
export async function buildLab({ outDir = page, logLevel = "error" } = {}) {
  const { build } = await import("vite");
  const { buildKernels } = await import("./build-kernels.mjs");
  await buildKernels();
  const fresh = `${outDir}.${process.pid}.tmp`;
  try {
    await build({
      configFile: `${root}lab/vite.config.ts`,
      logLevel,
      build: { outDir: fresh, emptyOutDir: true },
    });
    rmSync(outDir, { recursive: true, force: true });
    renameSync(fresh, outDir);
  } finally {
    rmSync(fresh, { recursive: true, force: true });
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [folder = page] = process.argv.slice(2);
  await buildLab({ outDir: resolve(folder) });
  console.log(`the lab is in ${folder}; npx isinglass lab serves dist/lab`);
}
