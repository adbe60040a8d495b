/** The functions of the WebAssembly module, as src/kernels/assembly/index.ts exports them. Pointers are byte offsets. */

/** First arguments of every function that runs on several threads. */
type Part = [part: number, parts: number];

/** Functions called on one thread. */
export interface SerialExports {
  heapBase(): number;
  gemmWorkBytes(): number;
  wideWorkBytes(): number;
  solveLowerRightWorkBytes(n: number): number;
  dot(n: number, x: number, y: number): number;
  axpy(n: number, alpha: number, x: number, y: number): void;
  scale(n: number, alpha: number, x: number): void;
  dotRows(n: number, count: number, p: number, ld: number, x: number, out: number): void;
  subtractRows(n: number, count: number, c: number, p: number, ld: number, y: number): void;
  copyStrided(n: number, x: number, stride: number, y: number): void;
  householder(n: number, x: number, beta: number): number;
  luPanel(m: number, n: number, a: number, lda: number, pivots: number): void;
  swap(n: number, x: number, y: number): void;
  sweepWorkBytes(rows: number): number;
  rotate(n: number, x: number, y: number, c: number, s: number): void;
  maxAbs(n: number, x: number): number;
  asymmetry(n: number, a: number): number;
  gatherRows(count: number, cols: number, a: number, lda: number, rows: number, b: number, ldb: number): void;
  transposeRows(
    rows: number,
    cols: number,
    a: number,
    lda: number,
    order: number,
    b: number,
    ldb: number,
  ): void;
  choleskyLeaf(n: number, a: number, lda: number): number;
  tridiagonalOpen(
    n: number,
    j: number,
    step: number,
    nb: number,
    a: number,
    panel: number,
    d: number,
    e: number,
    tau: number,
    work: number,
  ): void;
  tridiagonalClose(
    parts: number,
    n: number,
    j: number,
    step: number,
    nb: number,
    panel: number,
    tau: number,
    y: number,
    work: number,
  ): void;
  gridDeviations(
    n: number,
    features: number,
    x: number,
    background: number,
    step: number,
    slack: number,
    most: number,
    half: number,
    factor: number,
    grid: number,
    pairs: number,
    isActive: number,
    shifts: number,
  ): number;
  listGrid(
    n: number,
    pairs: number,
    grid: number,
    offsets: number,
    values: number,
    indices: number,
    starts: number,
  ): number;
  packGrid(n: number, pairs: number, grid: number, offsets: number, packed: number, panelBytes: number): void;
  countDeviations(n: number, features: number, x: number, background: number, isActive: number): number;
  listDeviations(
    n: number,
    features: number,
    x: number,
    background: number,
    offsets: number,
    half: number,
    values: number,
    indices: number,
    next: number,
    starts: number,
    shifts: number,
  ): void;
  packDeviations(
    first: number,
    n: number,
    features: number,
    x: number,
    background: number,
    offsets: number,
    half: number,
    packed: number,
    panelBytes: number,
    shifts: number,
  ): void;
  secularVector(k: number, d: number, z: number, u: number, ld: number, zhat: number): void;
}

/** Functions that do one part of their work per call; `Core.parallel` supplies the part. */
export interface ParallelExports {
  gemm(
    ...args: [
      ...Part,
      m: number,
      n: number,
      k: number,
      alpha: number,
      a: number,
      ars: number,
      acs: number,
      b: number,
      brs: number,
      bcs: number,
      c: number,
      ldc: number,
      triangle: number,
      work: number,
    ]
  ): void;
  gridProduct(
    ...args: [
      ...Part,
      m: number,
      n: number,
      square: number,
      values: number,
      indices: number,
      starts: number,
      rowShift: number,
      b: number,
      panelBytes: number,
      columnShift: number,
      c: number,
      ldc: number,
    ]
  ): void;
  sparseProduct(
    ...args: [
      ...Part,
      m: number,
      n: number,
      alpha: number,
      values: number,
      indices: number,
      starts: number,
      rowShift: number,
      b: number,
      panelBytes: number,
      columnShift: number,
      c: number,
      ldc: number,
    ]
  ): void;
  wideTiles(
    ...args: [
      ...Part,
      m: number,
      n: number,
      k: number,
      theta: number,
      ld: number,
      isUpper: number,
      program: number,
      layers: number,
      rowFactors: number,
      columnFactors: number,
      ldc: number,
      counter: number,
      work: number,
    ]
  ): void;
  sumPositions(
    ...args: [
      ...Part,
      mode: number,
      outs: number,
      ins: number,
      taps: number,
      table: number,
      scale: number,
      shift: number,
      x: number,
      addend: number,
      y: number,
      n: number,
    ]
  ): void;
  activatePositions(
    ...args: [
      ...Part,
      isAll: number,
      positions: number,
      n: number,
      k: number,
      theta: number,
      program: number,
      rowFactors: number,
      columnFactors: number,
      work: number,
      workBytes: number,
    ]
  ): void;
  symmetricTimesVector(...args: [...Part, n: number, first: number, a: number, v: number, w: number]): void;
  solveLowerRight(
    ...args: [...Part, m: number, n: number, l: number, ldl: number, x: number, ldx: number, work: number]
  ): void;
  applySweeps(
    ...args: [
      ...Part,
      rows: number,
      cols: number,
      q: number,
      ld: number,
      chains: number,
      heads: number,
      rotations: number,
      work: number,
    ]
  ): void;
  secularRoots(
    ...args: [...Part, k: number, d: number, z2: number, rho: number, lambda: number, u: number, ld: number]
  ): void;
  secularEigenvectors(
    ...args: [...Part, k: number, zhat: number, u: number, ld: number, order: number, work: number]
  ): void;
}

export type KernelExports = SerialExports & ParallelExports;

/** Arguments of a parallel function without the part. */
export type PartArguments<F extends keyof ParallelExports> =
  Parameters<ParallelExports[F]> extends [number, number, ...infer Rest] ? Rest : never;
