/** What the page asks its workers for, and what they answer. */
import type { DiagnosisCard, DiagnosisPictures, LayerRow } from "../../../../src/figures/diagnosis/index.ts";
import type { Diagnosis } from "../../../../src/signal/index.ts";

/** The network: a text, or the bytes of a dropped file, which stay where they are until they are read. */
export type NetworkSource =
  | { readonly kind: "specification"; readonly text: string }
  | { readonly kind: "file"; readonly file: File; readonly shapes: string };

/** Where examples come from; "auto" is MNIST where the network takes 784 numbers, else noise. */
export type DataSource =
  | { readonly kind: "auto" | "mnist" | "noise" | "mixture" }
  | { readonly kind: "file"; readonly file: File };

/** Where operators run. */
export type AskedDevice = "cpu" | "webgpu";

/** Everything that decides the numbers. */
export interface Question {
  readonly network: NetworkSource;
  readonly data: DataSource;
  readonly examples: number;
  /** Draws of the parameters; a file has one. */
  readonly seeds: number;
  readonly seed: number;
  readonly device: AskedDevice;
}

/** What the worker is asked for. */
export type DiagnoseRequest =
  | { readonly kind: "diagnose"; readonly question: Question }
  | { readonly kind: "fix"; readonly question: Question; readonly diagnosis: Diagnosis };

/** Seconds of a part of the work. */
export interface Timing {
  readonly step: string;
  readonly seconds: number;
}

/** A diagnosis with all that is shown of it. */
export interface DiagnoseAnswer {
  readonly kind: "diagnosis";
  readonly pictures: DiagnosisPictures;
  readonly cards: readonly DiagnosisCard[];
  readonly rows: readonly LayerRow[];
  /** How it was obtained, one sentence each. */
  readonly facts: readonly string[];
  /** The network with critical variances as a specification, where theory has them and a text can say them. */
  readonly critical: string | null;
  /** Why there is no critical network to save; null where there is one. */
  readonly whyNoFix: string | null;
  readonly timings: readonly Timing[];
  /** Set while parts are missing: what is still to come. */
  readonly missing: string | null;
}

/** A network with critical parameters. */
export interface FixAnswer {
  readonly kind: "fix";
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** What the worker answers with. */
export type WorkerAnswer = DiagnoseAnswer | FixAnswer;
