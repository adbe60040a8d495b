/** Commands and programs that the Lattice room copies: they run in Node and give the numbers of the room. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { codeOf, commandOf, type ProgramSpec } from "../../lab/src/rooms/lattice/program-text.ts";
import type { RunSpec } from "../../lab/src/rooms/lattice/simulation/messages.ts";
import { openSimulation, spec } from "./setup/lattice.ts";

describe("what the room copies", () => {
  const program: ProgramSpec = {
    ...{ lattice: spec.lattice, field: 0, temperature: 3, algorithm: "heat-bath", start: "disordered" },
    ...{ seed: 5, thermalization: 40, sweeps: 100 },
  };
  it.each<readonly [Partial<ProgramSpec>]>([
    [{}],
    [{ lattice: { kind: "square", size: 16, boundary: "wired" }, field: 0.25, algorithm: "wolff" }],
  ])(
    "%o: program and command run, and give the numbers of the room",
    async (change) => {
      const wanted = { ...program, ...change };
      const folder = mkdtempSync(join(tmpdir(), "isinglass-lattice-"));
      const root = resolve(import.meta.dirname, "../..");
      try {
        const file = join(folder, "program.mts");
        const code = codeOf(wanted, "spins")
          .replaceAll(/"isinglass\/(\w+)"/g, (_, name) => JSON.stringify(join(root, "src", name, "index.ts")))
          .replace("console.log(run.estimate())", "console.log(JSON.stringify(run.estimate()))");
        writeFileSync(file, code);
        const node = (args: string[]): string =>
          execFileSync(process.execPath, ["--import", "tsx", "-C", "source", ...args], {
            cwd: root,
            encoding: "utf8",
          });
        const printed = JSON.parse(node([file]));
        const words = commandOf(wanted, "spins").split(" ").slice(1);
        const commanded = JSON.parse(node(["src/cli/main.ts", ...words, "--json"])).result;
        const { simulation, next, frame } = openSimulation();
        simulation.receive({ kind: "start", id: 1, run: wanted as unknown as RunSpec });
        await next("built");
        await frame();
        simulation.receive({ kind: "step", sweeps: 140 });
        const { estimates } = await frame();
        for (const quantity of ["energy", "heatCapacity", "magnetization", "binder"] as const) {
          expect(printed[quantity]).toEqual(estimates?.estimates[quantity]);
          expect(commanded[quantity]).toEqual(printed[quantity]);
        }
      } finally {
        rmSync(folder, { recursive: true, force: true });
      }
    },
    60_000,
  );
  it("a tiling alone is counted by isinglass tile", () => {
    expect(commandOf(program, "layers")).toBe("isinglass tile --p 7 --q 3 --layers 4 --svg tiling.svg");
    expect(codeOf(program, "layers")).toContain("buildTiling(7, 3, 4)");
  });
});
