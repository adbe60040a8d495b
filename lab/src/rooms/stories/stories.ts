/** The four walks. */
import { curvedSpace } from "./curved-space.ts";
import { lostInformation } from "./lost-information.ts";
import { orderAndChaos } from "./order-and-chaos.ts";
import type { Story } from "./types.ts";
import { widthAndData } from "./width-and-data.ts";

/** In the order in which they build on each other. */
export const stories: readonly Story[] = [orderAndChaos, lostInformation, curvedSpace, widthAndData];
