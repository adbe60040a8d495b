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

/** Names in a sentence: the first few, and how many there are. */
export function listed(names: readonly string[]): string {
  return names.length > 4
    ? `${names.slice(0, 3).join(", ")}, ... (${names.length} in all)`
    : names.join(", ");
}
