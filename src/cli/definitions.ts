/** Definitions of options that several commands share; reading them is elsewhere, so that help and checks load fast. */
import type { ArgsDef } from "citty";

/** `--shape` and `--batch`. */
export const MODEL_OPTIONS: ArgsDef = {
  shape: {
    type: "string",
    valueHint: "NAME=SIZES",
    description: "whole shape of an input, such as input=1,3,224,224; several joined by ;",
  },
  batch: {
    type: "string",
    valueHint: "N",
    description: "size of the first axis where the file leaves it open",
  },
};

/** NETWORK, and the sizes that a file may leave open. */
export const NETWORK_ARGUMENT: ArgsDef = {
  network: {
    type: "positional",
    required: true,
    description: "a specification such as '784-300x50-10 tanh', a .json file of one, or an .onnx file",
  },
  shape: MODEL_OPTIONS.shape as ArgsDef[string],
};

/** `--data` and how to prepare it. */
export const DATA_OPTIONS: ArgsDef = {
  data: {
    type: "string",
    valueHint: "DATA",
    description:
      "mnist, mnist-sample, fashion-mnist, jets, jets-images, noise, mixture, blobs, or a file: npz, npy, csv, IDX, CIFAR binary",
  },
  standardize: {
    type: "string",
    valueHint: "HOW",
    description:
      "zero mean and unit variance: global (default), pixel (value by value; default for jets), or none",
  },
};

/** `--optimizer`, `--rate` and `--batch-size`. */
export const TRAINING_OPTIONS: ArgsDef = {
  optimizer: {
    type: "string",
    valueHint: "NAME",
    default: "sgd",
    description: "sgd, momentum, adam, adamw (momentum is 0.9)",
  },
  rate: { type: "string", valueHint: "R", description: "learning rate" },
  "batch-size": { type: "string", valueHint: "N", default: "100", description: "examples in a step" },
};
