/** WebAssembly features that need a switch: none in a browser. */
export function enableRelaxedSimd(): void {}
