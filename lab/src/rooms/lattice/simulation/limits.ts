/** Measurements of a run; beyond them estimates take long, and their errors say all there is to say. */
export const MOST_MEASUREMENTS: number = 2 ** 18;
