/** The verdict in words: what it says follows from the class of most draws, the reach, and theory. */
import { describe, expect, it } from "vitest";
import type { FlowClass } from "../../../src/flow/classify/index.ts";
import {
  averageProfiles,
  type FlowProfile,
  findReach,
  judgeFlow,
  predictFlow,
} from "../../../src/flow/scan/index.ts";
import { resolveActivation } from "../../../src/networks/index.ts";

const DEPTH = 12;
function profile(kind: FlowClass, xi: number): FlowProfile {
  const gram = Array.from({ length: DEPTH + 1 }, (_, l) => 0.6 * Math.exp(-l / xi));
  return {
    gram,
    differential: gram,
    relative: gram,
    forward: gram,
    forwardLargest: gram.map((s) => 1 - s),
    decoderLoss: gram.slice(1).map((_, i) => (i === 3 ? null : 0.1)),
    shannon: gram,
    classification: {
      class: kind,
      decidedBy: "largest eigenvalue",
      reason: "one eigenvalue holds 0.99 of the forward spectrum (above 0.95)",
      numbers: {
        ...{ depth: DEPTH, lambdaMax: 0.99, inputEntropy: 0.6, forwardEntropy: 0.01, forwardRatio: 0.02 },
        ...{ inputReconstructedEntropy: 0.6, reconstructedEntropy: 0.01, reconstructedRatio: 0.02 },
        ...{ bestOfScan: null, slope: null },
      },
    },
  };
}
const labels = Array.from({ length: DEPTH + 1 }, (_, l) => ({
  name: l === 0 ? "input" : `dense${l}`,
  kind: "dense",
}));
function judge(kinds: readonly FlowClass[], xi: number, sigmaW2: number | null, width?: number) {
  const profiles = kinds.map((kind) => profile(kind, xi));
  const layers = averageProfiles(profiles, labels, DEPTH - 1);
  const reach = findReach(layers.slice(0, DEPTH).map(({ gram }) => gram.value));
  const theory = sigmaW2 === null ? null : predictFlow(resolveActivation("tanh"), sigmaW2, 0.05, width);
  return judgeFlow(profiles, layers, reach, theory);
}

describe("judgeFlow", () => {
  it("names the depth, the kind and the number that decided, and agrees with the ordered phase", () => {
    const { headline, reason, advice, agreement, kind } = judge(["subcritical", "subcritical"], 1, 0.5);
    expect(kind).toBe("subcritical");
    expect(headline).toBe(
      "The input is lost behind block 2 of 11 (less than 10 % of its Gram entropy is left); the flow is subcritical (ordered).",
    );
    expect(reason).toContain("one eigenvalue holds 0.99");
    expect(reason).toContain("Mean-field theory agrees: ordered");
    expect(reason).toContain("6 ξ_c = 7.15");
    expect(advice).toContain("larger weights");
    expect(agreement?.agrees).toBe(true);
  });

  it("follows most draws and says how many", () => {
    const verdict = judge(["supercritical", "critical", "supercritical"], 1, null);
    expect(verdict.kind).toBe("supercritical");
    expect(verdict.share).toBeCloseTo(2 / 3, 12);
    expect(verdict.reason).toContain("2 of 3 draws");
    expect(verdict.reason).toContain("No mean-field theory covers this network.");
    expect(verdict.agreement).toBeNull();
  });

  it("says in words that draws are tied", () => {
    const { kind, tiedWith, headline, reason } = judge(["supercritical", "subcritical"], 1, null);
    expect([kind, tiedWith]).toEqual(["subcritical", ["supercritical"]]);
    expect(headline).toContain("the flow is subcritical (ordered) or supercritical (chaotic).");
    expect(reason).toContain(
      "Subcritical (ordered) in 1 of 2 draws (as many are supercritical (chaotic): these draws do not decide",
    );
  });

  it("names the width where it bounds the depth more tightly than 6 xi_c", () => {
    const { depthBound } = predictFlow(resolveActivation("tanh"), 1.76, 0.05, 50);
    expect(depthBound).toMatchObject({ layers: 50, by: "width" });
    expect(predictFlow(resolveActivation("tanh"), 1, 0.05, 50).depthBound).toMatchObject({ by: "signals" });
    expect(judge(["critical"], 100, 1.76, 50).reason).toMatch(
      /Its width of 50 bears about as many layers, fewer than 6 ξ_c\.$/,
    );
    expect(judge(["critical"], 100, 1.76, 5).reason).toContain(
      "it has 11, and beyond as many layers as units",
    );
    expect(judge(["critical"], 100, 1, 50).reason).not.toContain("Its width");
  });

  it("tells when theory says another thing", () => {
    expect(judge(["supercritical"], 1, 0.5).reason).toContain("disagrees");
  });

  it("calls a critical flow in another phase close to critical, on that side", () => {
    const { reason } = judge(["critical"], 100, 1.8);
    expect(reason).toContain(
      "agrees: close enough to critical at this depth, on the chaotic side, χ₁ = 1.01",
    );
    expect(judge(["critical", "critical"], 100, 1.8).reason).toContain("since in draw 1 one eigenvalue");
  });

  it("does not compare an undecided flow with theory, and sends to longer training", () => {
    const verdict = judge(["undecided"], 1, 1.8);
    expect(verdict).toMatchObject({ kind: "undecided", agreement: null });
    expect(verdict.headline).toMatch(/the kind of flow is undecided\.$/);
    expect(verdict.reason).toContain("Mean-field theory: chaotic");
    expect(verdict.advice).toContain("Train the decoders longer");
  });

  it("has good news too", () => {
    expect(judge(["critical"], 100, 1.76).headline).toMatch(/^The input survives all 11 blocks/);
    expect(judge(["critical"], 0.1, null).headline).toMatch(/^The first block already loses the input/);
  });
});

describe("averageProfiles", () => {
  it("keeps decoders without parameters out, and does not invent errors", () => {
    const one = averageProfiles([profile("critical", 5)], labels, DEPTH);
    expect(one[4]?.decoderLoss).toBeNull();
    expect(one[1]?.gram.stderr).toBeNull();
    const two = averageProfiles([profile("critical", 5), profile("critical", 5)], labels, DEPTH);
    expect(two[1]?.gram).toMatchObject({ stderr: 0, n: 2 });
  });
});
