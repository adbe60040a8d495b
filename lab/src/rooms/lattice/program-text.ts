/** The command and the program that make the numbers of the room. Pure text; runs without a page. */
import { type LatticeSpec, nameOf } from "./plan.ts";

/** Everything that the numbers depend on. */
export interface ProgramSpec {
  readonly lattice: LatticeSpec;
  readonly field: number;
  readonly temperature: number;
  readonly algorithm: string;
  readonly start: "ordered" | "disordered";
  readonly seed: number;
  readonly thermalization: number;
  /** Measured sweeps. */
  readonly sweeps: number;
}

/** `isinglass ising ...`, or `isinglass tile ...` where only the tiling is looked at. */
export function commandOf(spec: ProgramSpec, shows: "spins" | "layers"): string {
  const { lattice, field, temperature, algorithm, start, seed, thermalization, sweeps } = spec;
  if (shows === "layers" && lattice.kind === "tiling")
    return `isinglass tile --p ${lattice.p} --q ${lattice.q} --layers ${lattice.layers}${lattice.by === "vertex" ? " --by vertex" : ""} --svg tiling.svg`;
  const boundary = lattice.boundary === "wired" ? " --boundary wired" : "";
  return [
    `isinglass ising --lattice ${nameOf(lattice)}${boundary} --temperature ${temperature} --algorithm ${algorithm}`,
    field === 0 ? "" : ` --field ${field}`,
    ` --start ${start} --sweeps ${sweeps} --thermalization ${thermalization} --seed ${seed}`,
  ].join("");
}

/** The command of a scan: `isinglass ising --temperatures ...`. */
export function scanCommandOf(
  spec: Omit<ProgramSpec, "temperature">,
  temperatures: readonly number[],
): string {
  const list = temperatures.toSorted((a, b) => a - b).join(",");
  return commandOf({ ...spec, temperature: 0 }, "spins").replace("--temperature 0", `--temperatures ${list}`);
}

/** A program for Node that prints the estimates. */
export function codeOf(spec: ProgramSpec, shows: "spins" | "layers"): string {
  const { lattice, field, temperature, algorithm, start, seed, thermalization, sweeps } = spec;
  if (shows === "layers" && lattice.kind === "tiling")
    return `import { buildTiling } from "isinglass/lattice";

const tiling = buildTiling(${lattice.p}, ${lattice.q}, ${lattice.layers}${lattice.by === "vertex" ? ', { by: "vertex" }' : ""});
console.log(tiling.cells, tiling.bonds, tiling.perLayer);
`;
  const options = [
    ...(lattice.boundary === "wired" ? ['boundary: "wired"'] : []),
    ...(field === 0 ? [] : [`field: ${field}`]),
  ];
  return `import { createModel, parseLattice, startIsing } from "isinglass/lattice";
import { createStream } from "isinglass/numerics";

const model = createModel(parseLattice("${nameOf(lattice)}")${options.length === 0 ? "" : `, { ${options.join(", ")} }`});
const stream = createStream(${seed}).fork("ising").fork("${temperature}");
const run = await startIsing(model, ${temperature}, stream, {
  algorithm: "${algorithm}",
  start: "${start}",
  thermalization: ${thermalization},
});
run.advance(${thermalization + sweeps});
console.log(run.estimate());
`;
}
