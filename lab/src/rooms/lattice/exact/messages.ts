/** What the page asks the worker of exact values and drawings, and what it answers. */
import type { Estimate } from "../../../../../src/base/index.ts";
import type { Motion } from "../../../../../src/lattice/index.ts";
import type { LatticeSpec } from "../plan.ts";

/** A lattice with its field. */
export interface ModelSpec {
  readonly lattice: LatticeSpec;
  readonly field: number;
}

/** Quantities that an exact value may stand beside. */
export type ExactQuantity = "energy" | "heatCapacity" | "magnetization" | "centralMagnetization";

/** Exact values at one temperature, with the method that each comes from; what is unknown is missing. */
export type ExactValues = Readonly<
  Partial<Record<ExactQuantity, { readonly value: number; readonly method: string }>>
>;

/** A curve over temperature. */
export interface ExactCurve {
  readonly quantity: ExactQuantity;
  readonly label: string;
  readonly temperature: readonly number[];
  readonly value: readonly number[];
}

/** A temperature where something happens. */
export interface Transition {
  readonly label: string;
  readonly temperature: Estimate;
  /** Whether it is the one of this lattice and boundary. */
  readonly isOwn: boolean;
}

/** Requests. */
export type ExactRequest =
  | { readonly kind: "point"; readonly model: ModelSpec; readonly temperature: number }
  | { readonly kind: "curves"; readonly model: ModelSpec; readonly range: readonly [number, number] }
  | { readonly kind: "transitions"; readonly lattice: LatticeSpec }
  | {
      readonly kind: "drawing";
      readonly lattice: LatticeSpec;
      readonly temperature: number;
      readonly spins: Uint8Array;
      readonly show: "spins" | "layers";
      readonly drawn: "cells" | "both" | "dual";
      readonly view: Motion;
      /** What sits in the middle of the picture, and the enlargement. */
      readonly part: { readonly x: number; readonly y: number; readonly zoom: number };
      readonly model: "poincare" | "klein";
    };

/** Answers. */
export type ExactResult =
  | {
      readonly kind: "point";
      readonly temperature: number;
      readonly values: ExactValues;
      readonly reason: string | null;
    }
  | { readonly kind: "curves"; readonly curves: readonly ExactCurve[]; readonly reason: string | null }
  | {
      readonly kind: "transitions";
      readonly transitions: readonly Transition[];
      readonly reason: string | null;
    }
  | { readonly kind: "drawing"; readonly title: string; readonly caption: string; readonly text: string };
