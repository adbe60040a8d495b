// Compiles src/kernels/assembly/index.ts (AssemblyScript) twice, with plain and with relaxed SIMD, and the others once,
// and writes each binary as a base64 TypeScript module, so that Node, workers and browsers load it the same way. A module
// is skipped when the sources that it is made of have not changed since the last build.
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const assembly = `${root}src/kernels/assembly`;
const generated = (folder) => `${root}src/${folder}/generated`;

// shared memory needs the threads feature; --importMemory lets the host size and share it
const shared = ["--importMemory", "--sharedMemory", "--initialMemory", "64", "--maximumMemory", "65536"];
const modules = {
  simd: ["index.ts", "--enable", "simd,threads", ...shared],
  relaxed: ["index.ts", "--enable", "simd,relaxed-simd,threads", ...shared],
  // its memory holds the arrays of one tiling
  tiling: ["tiling.ts", "--enable", "simd"],
  // its memory holds one lattice
  ising: ["ising.ts", "--enable", "simd"],
  philox: ["philox.ts", "--enable", "simd"],
  // its memory holds the decoder that is being trained
  adam: ["adam.ts", "--enable", "simd"],
};
/** Modules that other folders than kernels use. */
const users = { philox: "numerics", adam: "engine" };

/** The entry and every file that it imports, directly or not. */
function sourcesOf(entry) {
  const found = new Set([entry]);
  for (const file of found)
    for (const [, name] of readFileSync(`${assembly}/${file}`, "utf8").matchAll(/from "\.\/([\w-]+)"/g))
      found.add(`${name}.ts`);
  return [...found].sort();
}

function sourceHash(entry) {
  const hash = createHash("sha256");
  for (const file of sourcesOf(entry)) hash.update(file).update(readFileSync(`${assembly}/${file}`));
  hash.update(readFileSync(fileURLToPath(import.meta.url)));
  return hash.digest("hex");
}

export async function buildKernels() {
  if (!existsSync(`${assembly}/index.ts`)) return;
  const { default: asc } = await import("assemblyscript/asc");
  for (const [name, [entry, ...options]] of Object.entries(modules)) {
    const stamp = `// sources ${sourceHash(entry)}\n`;
    const folder = generated(users[name] ?? "kernels");
    mkdirSync(folder, { recursive: true });
    const target = `${folder}/${name}.ts`;
    if (existsSync(target) && readFileSync(target, "utf8").startsWith(stamp)) continue;
    const binary = await compile(asc, entry, options);
    const base64 = Buffer.from(binary).toString("base64");
    writeFileSync(target, `${stamp}export const wasmBase64: string =\n  "${base64}";\n`);
  }
}

async function compile(asc, entry, options) {
  let binary;
  const { error, stderr } = await asc.main(
    [
      `${assembly}/${entry}`,
      "-O3",
      "--noAssert",
      "--runtime",
      "stub",
      ...options,
      "--outFile",
      "kernels.wasm",
    ],
    {
      readFile: (name, base) => {
        const path = name.startsWith("/") ? name : `${base}/${name}`;
        return existsSync(path) ? readFileSync(path, "utf8") : null;
      },
      writeFile: (name, data) => {
        if (name.endsWith(".wasm")) binary = data;
      },
      listFiles: () => [],
    },
  );
  if (error) throw new Error(`kernels did not compile: ${error.message}\n${stderr.toString()}`);
  return binary;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await buildKernels();
