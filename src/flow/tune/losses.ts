/**
 * Which layers lose information, and why (layer-loss ranking for architecture search, code behind arXiv 2406.12916): the
 * loss of block l + 1 is S(l) - S(l+1); its priority is the loss divided by the square root of what a change there costs,
 * the share of decoder parameters from that block to the end. A rise of the reconstructions' Shannon entropy over a block
 * means that noise came in (chaos), an equal or lower one that too much was averaged away.
 */
import { sizeOf } from "../../engine/index.ts";
import type { FlowChain } from "../chain/index.ts";

/** Why a block loses information. */
export type LossDiagnosis = "noise" | "averaging";

/** One block in the ranking. */
export interface LayerLoss {
  /** Number of the block, from 1. */
  readonly block: number;
  readonly name: string;
  /** S(l) - S(l+1), Gram entropies before and behind the block. */
  readonly loss: number;
  /** Decoder parameters from this block to the end, as a share of all. */
  readonly cost: number;
  /** loss / cost^0.5. */
  readonly priority: number;
  readonly diagnosis: LossDiagnosis;
}

const COST_EXPONENT = 0.5;
/** Change of the mean Shannon entropy (divided by log d) that counts as none. */
const ENTROPY_TOLERANCE = 1e-3;

/**
 * Ranks the blocks of a chain by priority, highest first; the last block that counts is left out.
 *
 * @param gram Gram entropies from depth 0 to the last depth that counts
 * @param shannon mean Shannon entropies of the reconstructed examples at the same depths, see `shannonEntropy`
 */
export function rankLosses(
  chain: FlowChain,
  gram: readonly number[],
  shannon: readonly number[],
): LayerLoss[] {
  const blocks = chain.blocks.slice(0, gram.length - 1);
  const counts = blocks.map(({ decoder }) =>
    decoder.parameters.reduce((sum, { shape }) => sum + sizeOf(shape), 0),
  );
  const costs = counts.map((_, i) => counts.slice(i).reduce((sum, count) => sum + count, 0));
  const all = Math.max(1, costs[0] ?? 1);
  return blocks
    .slice(0, -1)
    .map(({ name }, i): LayerLoss => {
      const loss = (gram[i] as number) - (gram[i + 1] as number);
      // behind the last decoder with parameters a change costs nothing; the smallest cost stands for it
      const cost = Math.max(1, costs[i] as number) / all;
      const rise = (shannon[i + 1] as number) - (shannon[i] as number);
      return {
        ...{ block: i + 1, name, loss, cost },
        priority: loss / cost ** COST_EXPONENT,
        diagnosis: rise > ENTROPY_TOLERANCE ? "noise" : "averaging",
      };
    })
    .sort((a, b) => b.priority - a.priority);
}
