// Packs the library, installs the tarball in an empty folder, and there imports every sub-path in the main thread and
// in a worker, runs the command line and serves the lab: what a user gets, not what the source tree happens to hold.
import { execFileSync, spawn } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const { name, exports: entries } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
const home = mkdtempSync(join(tmpdir(), "isinglass-pack-"));
const run = (command, args, cwd = home) => execFileSync(command, args, { cwd, encoding: "utf8" });

/** Serves the page from the package: it is there, and its large runtime comes from the installed onnxruntime-web. */
async function checkLab(cli) {
  const page = join(home, "node_modules", name, "dist/lab");
  const outside = Object.entries(JSON.parse(readFileSync(join(page, "outside.json"), "utf8")));
  if (outside.length === 0) throw new Error("the page names no runtime of onnxruntime-web");
  for (const [file] of outside) if (existsSync(join(page, file))) throw new Error(`${file} is packed twice`);
  const server = spawn(process.execPath, [cli, "lab", "--port", "0", "--json"], { cwd: home });
  try {
    const { result } = await new Promise((resolve, reject) => {
      let text = "";
      server.stdout.on("data", (chunk) => {
        text += chunk;
        if (text.endsWith("}\n")) resolve(JSON.parse(text));
      });
      server.stderr.on("data", (chunk) => reject(new Error(`isinglass lab: ${chunk}`)));
      server.on("exit", (code) => reject(new Error(`isinglass lab ended with ${code}`)));
    });
    const served = await (await fetch(result.address)).text();
    if (!served.includes("<title>isinglass lab</title>")) throw new Error("the lab's page is not served");
    for (const [file, { bytes }] of outside) {
      const { status, headers } = await fetch(`${result.address}${file}`, { method: "HEAD" });
      if (status !== 200 || Number(headers.get("content-length")) !== bytes) {
        throw new Error(`${file} is not served: status ${status}`);
      }
    }
  } finally {
    server.kill("SIGINT");
  }
}

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
  await checkLab(cli);
  console.log(
    `${filename}: ${(size / 1024).toFixed(0)} KiB, ${entryCount} files, ${paths.length} entry points`,
  );
} finally {
  rmSync(home, { recursive: true, force: true });
}
