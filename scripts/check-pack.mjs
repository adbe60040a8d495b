// Packs the library, installs the tarball in an empty folder, and there imports every sub-path in the main thread and
// in a worker and runs the command line: what a user gets, not what the source tree happens to hold.
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const { name, exports: entries } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
const home = mkdtempSync(join(tmpdir(), "isinglass-pack-"));
const run = (command, args, cwd = home) => execFileSync(command, args, { cwd, encoding: "utf8" });

try {
  const [{ filename, size, entryCount }] = JSON.parse(
    run("npm", ["pack", "--json", "--pack-destination", home], root),
  );
  run("tar", ["-xzf", filename]);
  mkdirSync(join(home, "node_modules"));
  // dependencies come from this checkout: the step checks our package, not the registry
  for (const dependency of Object.keys(
    JSON.parse(readFileSync(join(home, "package/package.json"), "utf8")).dependencies,
  )) {
    if (dependency.startsWith("@"))
      mkdirSync(join(home, "node_modules", dependency.split("/")[0]), { recursive: true });
    symlinkSync(join(root, "node_modules", dependency), join(home, "node_modules", dependency));
  }
  run("mv", ["package", join("node_modules", name)]);
  writeFileSync(join(home, "package.json"), JSON.stringify({ type: "module" }));
  const paths = Object.keys(entries)
    .filter((path) => !/\.(json|npz)$/.test(path))
    .map((path) => `${name}${path.slice(1)}`);
  writeFileSync(
    join(home, "import.js"),
    `import { isMainThread, Worker } from "node:worker_threads";
for (const path of ${JSON.stringify(paths)}) {
  const names = Object.keys(await import(path));
  if (names.length === 0) throw new Error(path + " exports nothing");
}
const { loadDataset } = await import("${name}/data");
const { train } = await loadDataset("jets", { train: 10 });
if (train.count !== 10) throw new Error("the jets are not in the package");
if (isMainThread) new Worker(new URL(import.meta.url)).on("error", (error) => { throw error; });
`,
  );
  run(process.execPath, ["import.js"]);
  const cli = join(home, "node_modules", name, "bin/isinglass.js");
  const out = run(process.execPath, [
    cli,
    "critical",
    "--activation",
    "tanh",
    "--bias-variance",
    "0.05",
    "--json",
  ]);
  const value = JSON.parse(out).result.weightVariance.value;
  // Table B3 of the reference values: tanh, bias variance 0.05
  if (!(Math.abs(value - 1.76095464) < 1e-6)) throw new Error(`critical tanh 0.05 gave ${value}`);
  console.log(
    `${filename}: ${(size / 1024).toFixed(0)} KiB, ${entryCount} files, ${paths.length} entry points`,
  );
} finally {
  rmSync(home, { recursive: true, force: true });
}
