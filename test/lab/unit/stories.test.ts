/** The guided walks: every step's state is one that its room takes, and every number in the text is the library's. */
import { beforeAll, describe, expect, it } from "vitest";
import { makeSamples } from "../../../lab/build/samples.ts";
import { openSample } from "../../../lab/src/data/samples.ts";
import { prepareTask, solveCurve } from "../../../lab/src/rooms/generalise/measure.ts";
import { state as generaliseState, requestOf } from "../../../lab/src/rooms/generalise/state.ts";
import { curvedSpace } from "../../../lab/src/rooms/stories/curved-space.ts";
import { lostInformation } from "../../../lab/src/rooms/stories/lost-information.ts";
import { orderAndChaos } from "../../../lab/src/rooms/stories/order-and-chaos.ts";
import { STEPS } from "../../../lab/src/rooms/stories/state.ts";
import { stories } from "../../../lab/src/rooms/stories/stories.ts";
import type { Story } from "../../../lab/src/rooms/stories/types.ts";
import { widthAndData } from "../../../lab/src/rooms/stories/width-and-data.ts";
import type { StateActions } from "../../../lab/src/state/index.ts";
import { loadKernels } from "../../../src/kernels/index.ts";
import { createModel, parseLattice, planExact, simulateIsing } from "../../../src/lattice/index.ts";
import { resolveActivation } from "../../../src/networks/index.ts";
import { createStream } from "../../../src/numerics/index.ts";
import { solveCriticalLine, solveMeanField } from "../../../src/signal/index.ts";

const states: Readonly<Record<string, () => Promise<{ readonly state: StateActions }>>> = {
  phase: () => import("../../../lab/src/rooms/phase/state.ts"),
  diagnose: () => import("../../../lab/src/rooms/diagnose/state.ts"),
  flow: () => import("../../../lab/src/rooms/flow/state.ts"),
  generalise: () => import("../../../lab/src/rooms/generalise/state.ts"),
  lattice: () => import("../../../lab/src/rooms/lattice/state.ts"),
};

/** All words of a step. */
const words = ({ steps }: Story, step: number): string =>
  [...(steps[step - 1]?.text ?? []), steps[step - 1]?.tryThis ?? ""].join(" ");

describe("every story", () => {
  it("has five steps with a text, something to try, and a figure", () => {
    expect(stories).toHaveLength(4);
    expect(new Set(stories.map(({ key }) => key)).size).toBe(4);
    for (const { steps, sources } of stories) {
      expect(steps).toHaveLength(STEPS);
      expect(sources.length).toBeGreaterThan(0);
      for (const { text, tryThis, figures } of steps) {
        expect(text.length).toBeGreaterThan(0);
        expect(tryThis).not.toBe("");
        expect(figures.length).toBeGreaterThan(0);
      }
    }
  });

  it("sets states that its rooms take", async () => {
    for (const { room, query } of stories.flatMap(({ steps }) => steps)) {
      const { state } = await (states[room] as () => Promise<{ state: StateActions }>)();
      expect(state.load(query)).toEqual([]);
      // nothing is said that the room does not know
      const said = [...new URLSearchParams(query).keys()].sort();
      expect([...new URLSearchParams(state.toQuery()).keys()].sort()).toEqual(said);
    }
  });
});

describe("numbers of order and chaos", () => {
  const tanh = resolveActivation("tanh");
  const at = (sigmaW2: number) => solveMeanField(tanh, { sigmaW2, sigmaB2: 0.05 });

  it("are those of the theory", () => {
    const ordered = at(1);
    expect(words(orderAndChaos, 1)).toContain(`ξ_c = ${ordered.xiC.value.toFixed(2)}`);
    const chaotic = at(3);
    expect(words(orderAndChaos, 2)).toContain(`c* = ${chaotic.c.value.toFixed(2)}`);
    expect(words(orderAndChaos, 2)).toContain(`here ${chaotic.xiC.value.toFixed(2)}`);
    expect(words(orderAndChaos, 3)).toContain(solveCriticalLine(tanh, 0.05).sigmaW2.value.toFixed(5));
    const factor = (sigmaW2: number) => at(sigmaW2).chi1.value ** 50;
    expect(factor(1.5).toFixed(2)).toBe("0.04");
    expect(Math.log10(factor(1))).toBeCloseTo(-6, 1);
    expect(Math.round(Math.log10(factor(3)))).toBe(4);
    expect(words(orderAndChaos, 4)).toContain(
      "factor of 0.04 at a weight variance of 1.5, by 10⁻⁶ at 1, and by 10⁴ at 3",
    );
    expect(words(orderAndChaos, 5)).toContain(`6 ξ_c = ${Math.round(6 * ordered.xiC.value)} layers`);
    expect(ordered.chi1.value ** -29 / 1000).toBeCloseTo(3, 0);
  });
});

describe("numbers of curved space", () => {
  it("are those of the tiling and of the exact solution", async () => {
    const layersOf = (layers: number) => {
      const graph = parseLattice(`7,3:${layers}`);
      return { graph, wired: planExact(createModel(graph, { boundary: "wired" })) };
    };
    const { graph, wired } = layersOf(7);
    const smaller = layersOf(6).graph.sites;
    expect(words(curvedSpace, 2)).toContain(
      `The last layer alone holds ${Math.round((100 * (graph.sites - smaller)) / graph.sites)} percent of all ${graph.sites}`,
    );
    expect(words(curvedSpace, 2)).toContain(`and ${graph.sites - smaller} cells`);
    const centre = (solver: typeof wired, temperature: number) =>
      solver?.solve(temperature).centralMagnetization?.toFixed(3);
    expect(words(curvedSpace, 4)).toContain(`a mean of ${centre(wired, 4)}, exactly`);
    expect(words(curvedSpace, 4)).toContain(`with five layers the value is ${centre(layersOf(5).wired, 4)}`);
    expect(words(curvedSpace, 5)).toContain(`a mean of ${centre(wired, 9)} is left`);
  });

  it("are those of a simulation", async () => {
    const model = createModel(parseLattice("7,3:7"), { boundary: "free" });
    for (const [step, temperature] of [
      [3, 4],
      [3, 2.5],
    ] as const) {
      const { magnetization } = await simulateIsing(model, temperature, createStream(3), {
        algorithm: "wolff",
        sweeps: 1500,
      });
      expect(words(curvedSpace, step)).toContain(magnetization.value.toFixed(2));
    }
  });
});

describe("numbers of lost information", () => {
  it("are named in the text", () => {
    expect(words(lostInformation, 2)).toContain("0.23 is left after 10 layers and 0.10 after 20");
  });
});

describe("numbers of width and data", () => {
  beforeAll(makeSamples);

  it("are those of the room", async () => {
    const algebra = await loadKernels({ threads: 1 });
    const work = { algebra, openSample };
    const solve = async (query: string) => {
      generaliseState.load(query);
      const request = { ...requestOf(), sampling: null };
      return solveCurve(request, await prepareTask(request, work), work);
    };
    const wide = await solve("w=1000");
    const point = (answer: typeof wide, examples: number) =>
      answer.points.find((candidate) => candidate.examples === examples);
    const digits = (value: number | null | undefined, count = 2) => (value ?? Number.NaN).toFixed(count);
    const first = words(widthAndData, 1);
    expect(first).toContain(`correlation of ${digits(wide.kernels.means.within)} on average`);
    expect(first).toContain(`of different digits ${digits(wide.kernels.means.between)}`);
    expect(first).toContain(
      `falls from ${digits(point(wide, 13)?.finiteWidth?.error.value)} to ${digits(point(wide, 100)?.finiteWidth?.error.value)}`,
    );
    const warm = await solve("w=1000&t=1");
    for (const { examples, finiteWidth } of warm.points) {
      expect(finiteWidth?.error.value).toBeGreaterThan(
        point(wide, examples)?.finiteWidth?.error.value as number,
      );
    }
    const narrow = await solve("w=20");
    const third = words(widthAndData, 3);
    expect(third).toContain(`q = ${digits(point(narrow, 13)?.q)}`);
    expect(third).toContain(`with 100 it is ${digits(point(narrow, 100)?.q)}`);
    expect(third).toContain(
      `${digits(point(narrow, 100)?.finiteWidth?.error.value, 3)} instead of ${digits(point(narrow, 100)?.infiniteWidth.error.value, 3)}`,
    );
    const taught = await solve("d=teacher&w=20&p=200");
    const fifth = words(widthAndData, 5);
    expect(fifth).toContain(`y·K⁻¹y / P = ${digits(point(taught, 13)?.ratio, 1)}`);
    expect(fifth).toContain(`q grows to ${digits(point(taught, 13)?.q)}`);
    expect(fifth).toContain(
      `${digits(point(taught, 13)?.finiteWidth?.error.value)} against ${digits(point(taught, 13)?.infiniteWidth.error.value)}`,
    );
    for (const { examples, finiteWidth, infiniteWidth } of taught.points) {
      const isBetter = (finiteWidth?.error.value ?? Number.NaN) < infiniteWidth.error.value;
      expect(isBetter).toBe(examples >= 50);
    }
  });
});
