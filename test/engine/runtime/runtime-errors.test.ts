import { describe, expect, it } from "vitest";
import {
  BudgetError,
  FormatError,
  ShapeError,
  SpecError,
  UnsupportedOpError,
} from "../../../src/base/index.ts";
import { runtimeError } from "../../../src/engine/runtime/runtime-errors.ts";

/** Messages as ONNX Runtime 1.30 prints them. */
const cases: [string, abstract new (...args: never[]) => Error, RegExp][] = [
  [
    "Error in Node: Failed to load model because no Op registered: No Op registered for Eigh with domain_version of 21",
    UnsupportedOpError,
    /no operator Eigh in opset 21/,
  ],
  [
    "Could not find an implementation for Conv(11) node with name 'conv1'",
    UnsupportedOpError,
    /no Conv for the element type of node conv1/,
  ],
  [
    'This is an invalid model. In Node, ("f", Fancy, "my.ops", -1): my.ops:Fancy(-1) is not a registered function/op',
    UnsupportedOpError,
    /operator/,
  ],
  [
    "Got invalid dimensions for input: x for the following indices\n index: 1 Got: 4 Expected: 3",
    ShapeError,
    /wrong shape for the input x: .*index: 1 Got: 4 Expected: 3/,
  ],
  [
    "Unexpected input data type. Actual: (tensor(double)) , expected: (tensor(float))",
    ShapeError,
    /element type/,
  ],
  [
    "Non-zero status code returned while running MatMul node. Name:'mm' Status Message: matmul dimension mismatch",
    ShapeError,
    /MatMul \(node mm\): matmul dimension mismatch/,
  ],
  ["Failed to get a WebGPU adapter: No supported adapters", SpecError, /no graphics adapter/],
  [
    "OrtSessionOptionsAppendExecutionProvider_Cuda: Failed to load shared library",
    SpecError,
    /CUDA library is not installed/,
  ],
  [
    "Cannot find module '../bin/napi-v6/aix/ppc/onnxruntime_binding.node'",
    SpecError,
    /binary for this platform/,
  ],
  ["Failed to allocate memory for requested buffer of size 1234567890123", BudgetError, /out of memory/],
  ["Failed to load model because protobuf parsing failed.", FormatError, /refuses the model/],
  ["Missing Input: x", SpecError, /no value for the input x/],
];

describe("messages of ONNX Runtime", () => {
  it.each(cases)("%s", (message, kind, expected) => {
    const error = runtimeError(message, "run");
    expect(error).toBeInstanceOf(kind);
    expect(error.message).toMatch(expected);
    expect((error as SpecError).data).toEqual({ runtime: message });
  });

  it("that nobody has seen yet are passed on", () => {
    expect(runtimeError("something new", "create").message).toBe(
      "internal: ONNX Runtime failed in create: something new",
    );
  });
});
