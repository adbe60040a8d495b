/** All commands by name. Each is loaded only when it runs, so that the first output comes fast. */
import type { CommandEntry } from "./command.ts";

/** Every command, in the order of the help text. */
export const COMMANDS: readonly CommandEntry[] = [
  {
    name: "diagnose",
    opening: "diagnosing",
    summary: "tell whether a network will train, and what would be critical",
    load: async () => (await import("./commands/diagnose.ts")).diagnoseCommand,
  },
  {
    name: "signal",
    summary: "fixed points, phase and depth scales of an initialisation (theory)",
    load: async () => (await import("./commands/signal.ts")).signalCommand,
  },
  {
    name: "critical",
    summary: "the critical weight variance of an activation (theory)",
    load: async () => (await import("./commands/critical.ts")).criticalCommand,
  },
  {
    name: "phase",
    summary: "paint the phase diagram of an activation",
    load: async () => (await import("./commands/phase.ts")).phaseCommand,
  },
  {
    name: "check",
    summary: "tell what is supported and covered in an ONNX file",
    load: async () => (await import("./commands/check.ts")).checkCommand,
  },
  {
    name: "train",
    opening: "training",
    summary: "train a specification on data",
    load: async () => (await import("./commands/train.ts")).trainCommand,
  },
  {
    name: "trainability",
    summary: "scan depth and weight variance by training, beside 6 xi_c",
    load: async () => (await import("./commands/trainability.ts")).trainabilityCommand,
  },
  {
    name: "gram",
    summary: "spectrum and entropies of a batch of samples (npy, npz, CSV)",
    load: async () => (await import("./commands/gram.ts")).gramCommand,
  },
  {
    name: "generalize",
    opening: "predicting",
    summary: "predict the learning curve of a network at infinite and finite width",
    load: async () => (await import("./commands/generalize.ts")).generalizeCommand,
  },
  {
    name: "classify",
    opening: "classifying",
    summary: "predict classes with a Bayesian network, and whether its probabilities can be believed",
    load: async () => (await import("./commands/classify.ts")).classifyCommand,
  },
  {
    name: "kernel",
    summary: "infinite-width kernels (NNGP, NTK) of two inputs or of a data set",
    load: async () => (await import("./commands/kernel.ts")).kernelCommand,
  },
  {
    name: "effective-action",
    summary: "Bayesian regression at finite width: predicted errors",
    load: async () => (await import("./commands/effective-action.ts")).effectiveActionCommand,
  },
  {
    name: "flow",
    opening: "measuring",
    summary: "see how deep information about the input gets; --scan maps it over weight variances",
    load: async () => (await import("./commands/flow.ts")).flowCommand,
  },
  {
    name: "tune",
    opening: "tuning",
    summary: "find the initialisation (and architecture) at which most of the input reaches the end",
    load: async () => (await import("./commands/tune.ts")).tuneCommand,
  },
  {
    name: "gap",
    summary: "the gap between test and training error of a last layer, beside law and bound",
    load: async () => (await import("./commands/gap.ts")).gapCommand,
  },
  {
    name: "teacher",
    summary: "learning curves of a student network taught by a teacher network",
    load: async () => (await import("./commands/teacher.ts")).teacherCommand,
  },
  {
    name: "tile",
    summary: "a hyperbolic tiling {p,q}: cells and bonds by layer, and its picture",
    load: async () => (await import("./commands/tile.ts")).tileCommand,
  },
  {
    name: "ising",
    summary: "the Ising model on flat and hyperbolic lattices beside exact solutions",
    load: async () => (await import("./commands/ising.ts")).isingCommand,
  },
  {
    name: "holography",
    summary: "fields on hyperbolic tilings: thresholds, boundary dimensions, reconstruction, chains",
    load: async () => (await import("./commands/holography.ts")).holographyCommand,
  },
  {
    name: "jt",
    summary: "discrete JT gravity: an Ising model whose domain wall is one circle, beside its exact solution",
    load: async () => (await import("./commands/jt.ts")).jtCommand,
  },
  {
    name: "decimation",
    summary: "relative entropy along an Ising decimation, the solvable counterpart of depth",
    load: async () => (await import("./commands/decimation.ts")).decimationCommand,
  },
  {
    name: "lab",
    summary: "serve the lab, a page where the physics of networks moves",
    load: async () => (await import("./commands/lab.ts")).labCommand,
  },
  {
    name: "doctor",
    summary: "tell whether this machine has what isinglass needs",
    load: async () => (await import("./commands/doctor.ts")).doctorCommand,
  },
  {
    name: "completion",
    summary: "print a completion script for bash, zsh or fish",
    load: async () => (await import("./commands/completion.ts")).completionCommand,
  },
];
