/**
 * Writes the tables of measured numbers into README.md from bench/results/*.json, between the markers `<!-- bench:NAME -->`
 * and `<!-- /bench -->`, so that no claim is typed by hand. Run: npx tsx scripts/readme-benchmarks.ts; a test checks that
 * the README is current.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const root = new URL("../", import.meta.url);
const load = (name: string) => JSON.parse(readFileSync(new URL(`bench/results/${name}.json`, root), "utf8"));

type Row = readonly string[];
const table = (header: Row, rows: readonly Row[]): string =>
  [header, header.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
const milliseconds = (x: number): string => (x < 100 ? x.toPrecision(3) : x.toFixed(0));
const percent = (x: number): string => `${(100 * x).toFixed(1)} %`;

/** Theory against measurement on real networks. */
function prediction(): string {
  const { results } = load("prediction") as {
    results: { name: string; phase: string; q: Off; c: Off; gradient: Off }[];
  };
  const rows = results.map(({ name, phase, q, c, gradient }) => [
    `\`${name}\``,
    phase,
    ...[q, c, gradient].map(({ deviation, error }) => `${percent(deviation)} (${percent(error)})`),
  ]);
  return table(["network, MNIST, 10 seeds", "phase", "q off by", "c off by", "gradients off by"], rows);
}
interface Off {
  readonly deviation: number;
  readonly error: number;
}

/** Training speed against PyTorch. */
function training(): string {
  const { results, machine } = load("training") as {
    machine: { torch: string };
    results: {
      name: string;
      stepsPerCpuSecond: number;
      peerStepsPerCpuSecond: number;
      ratio: number;
      target: number | null;
    }[];
  };
  const rows = results.map((r) => [
    r.name,
    r.stepsPerCpuSecond.toFixed(0),
    r.peerStepsPerCpuSecond.toFixed(0),
    r.ratio.toFixed(2),
  ]);
  return table(["training, steps per CPU second", "isinglass", `PyTorch ${machine.torch}`, "ratio"], rows);
}

/** Decoder training of a full-size scan column against PyTorch, and whole coarse scans. */
function decoders(): string {
  const { results, machine, equal, evaluation, task } = load("flow") as {
    machine: { torch: string };
    task: { depth: number };
    results: {
      name: string;
      ownMs: number;
      peerMs: number;
      ratio: number;
      ratioLow: number;
      ratioHigh: number;
      target: number | null;
    }[];
    equal: { minibatches: number; ownMs: number; peerMs: number };
    evaluation: { examples: number; ownSeconds: number; peerSeconds: number };
  };
  const ms = (x: number): string => `${x.toFixed(2)} ms`;
  const rows = results.map(({ name, ownMs, peerMs, ratio, ratioLow, ratioHigh, target }) => [
    `a layer and minibatch, one epoch, ${name.replace("decoder training, ", "")}`,
    ms(ownMs),
    ms(peerMs),
    `${ratio.toFixed(2)} (${ratioLow.toFixed(2)} to ${ratioHigh.toFixed(2)})${
      target === null ? "" : `, target ${target} ${ratio >= target ? "met" : "missed"}`
    }`,
  ]);
  const { minibatches, ownMs, peerMs } = equal;
  rows.push([
    `the same, ${minibatches} minibatches only`,
    ms(ownMs),
    ms(peerMs),
    (peerMs / ownMs).toFixed(2),
  ]);
  const { examples, ownSeconds, peerSeconds } = evaluation;
  rows.push([
    `${examples} images back from ${task.depth} depths`,
    `${ownSeconds.toFixed(1)} s`,
    `${peerSeconds.toFixed(1)} s`,
    (peerSeconds / ownSeconds).toFixed(2),
  ]);
  const header = [
    "reconstruction cascade, 784 wide, batch 64, CPU time",
    "isinglass",
    `PyTorch ${machine.torch}`,
    "ratio",
  ];
  const scans = [300, 784].map((width) => {
    const { seconds, targetSeconds } = load(`flow-scan-${width}`) as {
      seconds: number;
      targetSeconds: number;
    };
    const verdict = seconds <= targetSeconds ? "met" : "missed";
    return `${seconds.toFixed(0)} s at width ${width} (target ${targetSeconds} s ${verdict})`;
  });
  return `${table(header, rows)}\n\nA coarse scan (16 weight variances, depth 50, 200 minibatches of MNIST, two threads): ${scans.join(", ")}.`;
}

/** Linear algebra against SciPy. */
function linear(): string {
  const { rows, peer } = load("linear") as {
    peer: { scipy: string };
    rows: { operation: string; variant: string; n: number; ourMs: number; scipyMs: number; ratio: number }[];
  };
  const wanted = rows.filter(
    ({ operation, variant, n }) =>
      (variant === "WebAssembly" && n >= 500 && /product|cholesky|eigen/.test(operation)) ||
      (operation === "product" && n >= 500) ||
      n === 4000,
  );
  return table(
    ["float64, one thread, CPU ms", "n", "isinglass", `SciPy ${peer.scipy}`, "times slower"],
    wanted.map((r) => [
      `${r.operation}, ${r.variant}`,
      String(r.n),
      milliseconds(r.ourMs),
      milliseconds(r.scipyMs),
      r.ratio.toFixed(2),
    ]),
  );
}

/** The main job and the phase diagram. */
function jobs(): string {
  const diagnose = load("diagnose") as { results: { name: string; seconds: number }[] };
  const phase = load("phase") as {
    rows: { activation: string; cpuSeconds: number }[];
    peer: { ratio: number };
  };
  const tanh = phase.rows.find(({ activation }) => activation === "tanh");
  const rows = [
    ...diagnose.results.map(({ name, seconds }) => [
      `\`diagnose\` of 784-300x50-10, 256 images, 5 seeds: ${name}`,
      `${seconds.toFixed(1)} s`,
    ]),
    [
      `200 x 200 phase diagram of tanh (NumPy program in the same job: ${phase.peer.ratio.toFixed(0)} times slower)`,
      `${(tanh?.cpuSeconds ?? Number.NaN).toFixed(2)} s`,
    ],
  ];
  return table(["job", "time"], rows);
}

/** Tilings against hypertiling. */
function tilings(): string {
  const { rows, machine, large } = load("tiling") as {
    machine: { hypertiling: string };
    rows: {
      p: number;
      q: number;
      kernel: string;
      pages: string;
      cells: number;
      ours: number;
      peer: number;
      ratio: number;
      bytesPerCell: number;
      peerBytesPerCell: number;
    }[];
    large: { cells: number; cpuSeconds: number; peakBytes: number };
  };
  const millions = (x: number): string => (x / 1e6).toPrecision(3);
  // large pages help NumPy by themselves and WebAssembly never; those rows are in the results only
  const shown = rows.filter((r) => r.pages === "4 KiB");
  const wanted = shown.map((r) => [
    `{${r.p},${r.q}}, ${millions(r.cells)} M cells, ${r.kernel.endsWith("sector") ? "one sector" : "whole"}, ${r.kernel.split(" ")[0]}`,
    millions(r.ours),
    millions(r.peer),
    r.ratio.toFixed(r.ratio < 20 ? 1 : 0),
    `${r.bytesPerCell.toFixed(1)} / ${r.peerBytesPerCell.toFixed(1)}`,
  ]);
  const peer = `hypertiling ${machine.hypertiling}`;
  const header = [
    "tilings with neighbours, M cells per CPU second",
    "isinglass",
    peer,
    "ratio",
    "bytes a cell",
  ];
  return `${table(header, wanted)}

${millions(large.cells)} million cells of {7,3} with all neighbours: ${large.cpuSeconds.toFixed(1)} CPU seconds, ${(large.peakBytes / 2 ** 30).toFixed(1)} GiB at the peak.`;
}

/** The lab in Chromium, with its targets. */
function lab(): string {
  const { rows, machine } = load("lab") as {
    machine: { chromium: string; threads: number };
    rows: { name: string; value: number; unit: string; target: string; isMet: boolean }[];
  };
  const digits = (x: number): string => (x < 1000 ? String(Number(x.toPrecision(3))) : x.toFixed(0));
  return table(
    [
      `the lab in Chromium ${machine.chromium.split(".")[0]}, ${machine.threads} threads, no GPU`,
      "measured",
      "target",
    ],
    rows.map(({ name, value, unit, target, isMet }) => [
      name,
      `${digits(value)} ${unit}`,
      `${target} ${unit}${isMet ? "" : ", missed"}`,
    ]),
  );
}

/** Kernel matrices against neural-tangents. */
function kernels(): string {
  interface Ratio {
    readonly cpu: number;
    readonly wall: number;
  }
  const { rows, peer, examples, memory, large } = load("kernels") as {
    examples: number;
    peer: Readonly<Record<string, string>>;
    rows: {
      activation: string;
      depth: number;
      times: Readonly<Record<string, { cpuMs: number }>>;
      ratios: { double: Ratio; single: Ratio };
      differences: { double: number };
    }[];
    memory: Readonly<Record<string, { peak: number }>>;
    large: { examples: number; peak: number } | null;
  };
  const seconds = (row: (typeof rows)[number], name: string): string =>
    ((row.times[name]?.cpuMs ?? Number.NaN) / 1e3).toFixed(2);
  const shown = rows.map((row) => [
    `${row.activation}, depth ${row.depth}`,
    ...["oneThread", "peerDouble", "oneThreadSingle", "peerSingle"].map((name) => seconds(row, name)),
    `${row.ratios.double.cpu.toFixed(1)} / ${row.ratios.single.cpu.toFixed(1)}`,
    `${row.ratios.double.wall.toFixed(1)} / ${row.ratios.single.wall.toFixed(1)}`,
    row.differences.double.toExponential(0),
  ]);
  const header = [
    `NNGP + NTK of ${examples} MNIST images, CPU s`,
    "float64",
    `neural-tangents ${peer["neural-tangents"]}, jit, float64`,
    "float32",
    "the same in float32",
    "times faster, CPU",
    "wall, two threads",
    "largest difference",
  ];
  const gigabytes = (name: string): string => ((memory[name]?.peak ?? Number.NaN) / 1e9).toFixed(1);
  const more =
    large === null ? "" : ` ${large.examples} images in float64: ${(large.peak / 1e9).toFixed(1)} GB.`;
  const rounded = rows
    .filter((row) => row.times.oneThreadRounded !== undefined)
    .map((row) => `${seconds(row, "oneThreadRounded")} s (${row.activation}, depth ${row.depth})`);
  const inputs =
    rounded.length === 0
      ? ""
      : ` Pixels are in float64, where products of 8-bit images are exact in integers; rounded to float32 before: ${rounded.join(", ")}.`;
  return `${table(header, shown)}

Peak memory: ${gigabytes("ours")} GB here, ${gigabytes("peerDouble")} and ${gigabytes("peerSingle")} GB there (float64, float32).${more}${inputs} The differences of ReLU are the peer's: where an image meets itself its correlation is 1 to rounding, of which the arccosine takes the root.`;
}

/** Kernel matrices of convolutional networks against neural-tangents. */
function convolutions(): string {
  type Sides = Readonly<Record<"ours" | "double" | "single", number>>;
  const { rows, peer } = load("convolutions") as {
    peer: Readonly<Record<string, string>>;
    rows: {
      name: string;
      images: number;
      cpuMs: Sides;
      ratio: { double: number; single: number };
      peakBytes: Sides;
      difference: number;
    }[];
  };
  const seconds = (ms: number): string => (ms / 1e3).toFixed(2);
  return table(
    [
      "NNGP + NTK of MNIST images under convolutions, ReLU, CPU s",
      "images",
      "float64, one thread",
      `neural-tangents ${peer["neural-tangents"]}, jit, float64`,
      "float32",
      "times faster than float64 / float32",
      "peak memory here / there, GB",
      "largest difference",
    ],
    rows.map(({ name, images, cpuMs, ratio, peakBytes, difference }) => [
      name,
      String(images),
      ...[cpuMs.ours, cpuMs.double, cpuMs.single].map(seconds),
      `${ratio.double.toFixed(1)} / ${ratio.single.toFixed(1)}`,
      `${(peakBytes.ours / 1e9).toFixed(1)} / ${(peakBytes.double / 1e9).toFixed(1)}`,
      difference.toExponential(0),
    ]),
  );
}

const sections: Readonly<Record<string, () => string>> = {
  ...{ prediction, training, decoders, linear, jobs, tilings, lab, kernels, convolutions },
};

/** The README with all tables renewed. */
export function renewTables(readme: string): string {
  return readme.replace(/<!-- bench:(\w+) -->[\s\S]*?<!-- \/bench -->/g, (whole, name: string) => {
    const section = sections[name];
    return section === undefined ? whole : `<!-- bench:${name} -->\n${section()}\n<!-- /bench -->`;
  });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const path = new URL("README.md", root);
  writeFileSync(path, renewTables(readFileSync(path, "utf8")));
}
