/** Operators that are refused, with the reason and the nearest substitute, so that a report can say both. */

const REFUSED: Readonly<Record<string, string>> = {
  LSTM: "recurrent cells are not covered; unroll the cell into Gemm, Sigmoid and Tanh before export",
  GRU: "recurrent cells are not covered; unroll the cell into Gemm, Sigmoid and Tanh before export",
  RNN: "recurrent cells are not covered; unroll the cell into Gemm and Tanh before export",
  If: "branches that depend on data have no static graph; export with constant conditions folded",
  Loop: "loops of unknown length have no static graph; unroll before export or use Scan",
  NonZero: "the result's shape depends on data; use Where with a mask",
  Compress: "the result's shape depends on data; use Where with a mask",
  Unique: "the result's shape depends on data",
  NonMaxSuppression: "the result's shape depends on data; cut the model before post-processing",
  RoiAlign: "detection heads are not covered; cut the model before them",
  MaxRoiPool: "detection heads are not covered; cut the model before them",
  QuantizeLinear: "quantised models are not covered; export the float model",
  DequantizeLinear: "quantised models are not covered; export the float model",
  DynamicQuantizeLinear: "quantised models are not covered; export the float model",
  QLinearConv: "quantised models are not covered; export the float model",
  QLinearMatMul: "quantised models are not covered; export the float model",
  ConvInteger: "quantised models are not covered; export the float model",
  MatMulInteger: "quantised models are not covered; export the float model",
  RandomNormal: "graphs are deterministic; pass random numbers as an input",
  RandomNormalLike: "graphs are deterministic; pass random numbers as an input",
  RandomUniform: "graphs are deterministic; pass random numbers as an input",
  RandomUniformLike: "graphs are deterministic; pass random numbers as an input",
  Bernoulli: "graphs are deterministic; pass random numbers as an input",
  Multinomial: "graphs are deterministic; pass random numbers as an input",
  RMSNormalization: "export at opset 22 or below: it is then Mul, ReduceMean, Sqrt, Div",
  Swish: "export at opset 22 or below: it is then Sigmoid, Mul",
  LRN: "local response normalisation is not covered; use BatchNormalization",
  LpNormalization: "write it as ReduceL1 or ReduceL2 and Div",
  MeanVarianceNormalization: "write it as InstanceNormalization, or ReduceMean, Sub, Sqrt, Div",
  Upsample: "removed from ONNX at opset 10; use Resize",
  Hardmax: "write it as ArgMax and OneHot",
  Shrink: "write it as Where, Greater, Less",
  GlobalLpPool: "write it as ReduceL2 over the spatial axes",
  Det: "determinants are not covered",
  Col2Im: "write it as ConvTranspose",
  StringNormalizer: "text is not covered; tokenise before the model",
  TfIdfVectorizer: "text is not covered; tokenise before the model",
  DFT: "Fourier operators are not covered; use MatMul with the Fourier matrix",
  STFT: "Fourier operators are not covered; use MatMul with the Fourier matrix",
  GridSample: "sampled warps are not covered",
  DeformConv: "deformable convolution is not covered; use Conv",
  Attention: "export at opset 22 or below: attention is then MatMul, Softmax, MatMul",
  RotaryEmbedding: "export at opset 22 or below: the rotation is then Mul, Sin, Cos",
  SequenceConstruct: "sequences are not covered; use Concat or Stack before export",
  SequenceAt: "sequences are not covered; use Gather",
  SplitToSequence: "sequences are not covered; use Split",
  ConcatFromSequence: "sequences are not covered; use Concat",
};

/**
 * Why an operator is refused and what to use instead, as one sentence.
 * @example
 * ```ts
 * unsupportedReason("Loop"); // => "loops of unknown length have no static graph; unroll before export or use Scan"
 * ```
 */
export function unsupportedReason(op: string, domain = ""): string {
  const standard = domain === "" || domain === "ai.onnx";
  if (!standard)
    return `operators of domain "${domain}" are not covered; export with standard operators (no graph optimiser, no custom ops)`;
  return REFUSED[op] ?? "no entry in the operator table; docs/operators.md lists what is there";
}

/** Every refused operator with its reason, for the operator table. */
export function refusedOperators(): readonly (readonly [string, string])[] {
  return Object.entries(REFUSED);
}
