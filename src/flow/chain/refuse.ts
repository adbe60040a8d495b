/** Errors about graphs that are no chain. */
import { UnsupportedOpError } from "../../base/index.ts";

/** An error that names the nodes (or values) that break the chain. */
export function noChain(
  graph: string,
  reason: string,
  nodes: readonly string[],
  hint: string,
): UnsupportedOpError {
  return new UnsupportedOpError(`chain: graph "${graph}" is no chain of blocks: ${reason}`, {
    hint,
    data: { nodes },
  });
}
