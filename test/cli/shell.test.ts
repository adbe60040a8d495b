import { describe, expect, it } from "vitest";
import { FormatError } from "../../src/base/index.ts";
import { readArguments } from "../../src/cli/arguments.ts";
import { wantsColor } from "../../src/cli/color.ts";
import { describeError } from "../../src/cli/errors.ts";
import { checkExpectation } from "../../src/cli/expect.ts";
import { COMMON_OPTIONS, readNumber, readRange } from "../../src/cli/options.ts";
import { createProgress, formatSeconds } from "../../src/cli/progress.ts";
import { renderCsv } from "../../src/cli/render/csv.ts";
import { sparkline } from "../../src/cli/render/spark.ts";
import { quoteWord } from "../../src/cli/run.ts";
import { editDistance, suggest } from "../../src/cli/suggest.ts";

describe("suggest", () => {
  it("counts insertions, deletions, substitutions and swaps", () => {
    expect(editDistance("kitten", "sitting")).toBe(3);
    expect(editDistance("chekc", "check")).toBe(1);
    expect(editDistance("", "abc")).toBe(3);
  });
  it("finds the near word and stays silent when none is near", () => {
    expect(suggest("trainabilty", ["train", "trainability"])).toBe("trainability");
    expect(suggest("crit", ["check", "critical"])).toBe("critical");
    expect(suggest("banana", ["check", "critical"])).toBeNull();
  });
});

describe("readArguments", () => {
  const definition = {
    network: { type: "positional", required: true },
    depth: { type: "string" },
    wide: { type: "boolean" },
    ...COMMON_OPTIONS,
  } as const;
  const read = (...words: string[]) => readArguments("demo", words, definition);

  it("takes values after a blank and after =, also negative ones", () => {
    expect(read("net", "--depth", "-3").args.depth).toBe("-3");
    expect(read("net", "--depth=4", "--wide").args).toMatchObject({ depth: "4", wide: true, network: "net" });
    expect(read("net", "--no-color").args.color).toBe(false);
  });
  it("collects every --expect", () => {
    const { expectations } = read("net", "--expect", "a = 1", "--expect=b = 2");
    expect(expectations).toEqual(["a = 1", "b = 2"]);
  });
  it("takes words after -- as they are", () => {
    expect(read("--", "--depth").args.network).toBe("--depth");
  });
  it.each([
    [["net", "--dpeth", "3"], "did you mean --depth?"],
    [["net", "--depth"], "--depth needs a value"],
    [["net", "--depth", "--wide"], "--depth needs a value"],
    [[], "NETWORK is missing"],
    [["a", "b"], "received 2 arguments"],
  ])("refuses %j", (words, message) => {
    expect(() => read(...words)).toThrow(message);
  });
});

describe("option values", () => {
  it("reads numbers inside their bounds only", () => {
    expect(readNumber({ n: "1e3" }, "n", { integer: true })).toBe(1000);
    expect(readNumber({}, "n")).toBeUndefined();
    for (const text of ["", "x", "NaN", "Infinity", "0", "-1", "1.5"]) {
      expect(() => readNumber({ n: text }, "n", { min: 0, open: true, integer: true })).toThrow(
        "a whole number above 0",
      );
    }
  });
  it("reads ranges and lists", () => {
    expect(readRange({ w: "1:2:3" }, "w", {}, 9)).toEqual([1, 1.5, 2]);
    expect(readRange({ w: "1,2,5" }, "w", {}, 9)).toEqual([1, 2, 5]);
    expect(readRange({ w: "1:4" }, "w", { integer: true }, 4)).toEqual([1, 2, 3, 4]);
    expect(() => readRange({ w: "1:2:1" }, "w", {}, 9)).toThrow("FROM:TO");
  });
});

describe("checkExpectation", () => {
  const result = { chi1: { value: 0.98 }, phase: "ordered", theory: { q: 2 } };
  it.each([
    ["chi1 in [0.95,1.05]", true],
    ["chi1 in [ 1 , 2 ]", false],
    ["phase = ordered", true],
    ["phase != ordered", false],
    ["theory.q >= 2", true],
    ["theory.q<2", false],
  ])("%s is %s", (clause, holds) => {
    expect(checkExpectation(clause, result).holds).toBe(holds);
  });
  it.each(["chi1", "chi2 = 1", "chi1 in [a,b]", "theory = 1"])("refuses %s", (clause) => {
    expect(() => checkExpectation(clause, result)).toThrow("--expect");
  });
});

describe("errors", () => {
  it("take two lines and carry the exit code", () => {
    const error = new FormatError("model.onnx: ends\nearly", { hint: "export it again" });
    expect(describeError(error)).toEqual({
      lines: ["error: model.onnx: ends early", "hint: export it again"],
      exitCode: 4,
    });
  });
  it("say in words what a file system refused", () => {
    const error = Object.assign(new Error("EROFS"), { code: "EROFS", path: "/x" });
    expect(describeError(error)).toMatchObject({
      exitCode: 4,
      lines: ["error: /x: read-only file system", expect.any(String)],
    });
  });
  it("call anything else a bug", () => {
    expect(describeError(new TypeError("x is not a function")).exitCode).toBe(70);
  });
});

describe("colour", () => {
  it.each([
    [{ option: undefined, env: {}, isTerminal: true }, true],
    [{ option: undefined, env: {}, isTerminal: false }, false],
    [{ option: undefined, env: { NO_COLOR: "1" }, isTerminal: true }, false],
    [{ option: undefined, env: { FORCE_COLOR: "1" }, isTerminal: false }, true],
    [{ option: undefined, env: { TERM: "dumb" }, isTerminal: true }, false],
    [{ option: false, env: { FORCE_COLOR: "1" }, isTerminal: true }, false],
    [{ option: true, env: { NO_COLOR: "1" }, isTerminal: false }, true],
  ])("%j gives %s", (situation, wanted) => {
    expect(wantsColor(situation)).toBe(wanted);
  });
});

describe("progress", () => {
  const collect = (isTerminal: boolean) => {
    const lines: string[] = [];
    let time = 0;
    const progress = createProgress({
      write: (text) => lines.push(text),
      isTerminal,
      columns: 60,
      now: () => time,
    });
    for (let done = 0; done <= 300; done++) {
      time = done * 1000;
      progress.report({ stage: "training", done, total: 300, note: "loss 0.5" });
    }
    return lines;
  };
  it("writes one line a minute when not on a terminal", () => {
    const lines = collect(false);
    expect(lines.length).toBe(5);
    expect(lines[0]).toBe("training 60/300 (20%), 1.0/s, 4 min 0 s left, loss 0.5\n");
  });
  it("rewrites one line on a terminal", () => {
    const lines = collect(true);
    expect(lines.length).toBe(301);
    expect(lines.every((line) => line.startsWith("\r"))).toBe(true);
  });
  it("writes durations in the largest fitting units", () => {
    expect([0.2, 59, 61, 7500].map(formatSeconds)).toEqual(["1 s", "59 s", "1 min 1 s", "2 h 5 min"]);
  });
});

describe("text output", () => {
  it("draws curves, constant and broken ones too", () => {
    expect(sparkline([0, 1, 2, 3, 4, 5, 6, 7])).toBe("▁▂▃▄▅▆▇█");
    expect(sparkline([2, 2, 2])).toBe("▄▄▄");
    expect(sparkline([0, Number.NaN, 1])).toBe("▁ █");
    expect(sparkline(Array.from({ length: 1000 }, (_, i) => i)).length).toBe(60);
  });
  it("quotes CSV fields", () => {
    expect(renderCsv([["a,b", 'say "x"', null, 0.1]])).toBe('"a,b","say ""x""",,0.1\n');
  });
  it("quotes words for a shell", () => {
    expect(["mlp", "784-10 tanh", "it's"].map(quoteWord)).toEqual(["mlp", "'784-10 tanh'", "'it'\\''s'"]);
  });
});
