/** What a guided walk is made of. */

/** One step: a room in a state, where to look, and what to see there. */
export interface StoryStep {
  readonly title: string;
  /** Paragraphs, in the order in which they are read. */
  readonly text: readonly string[];
  /** What one may change, and what happens then. */
  readonly tryThis: string;
  readonly room: "phase" | "diagnose" | "flow" | "generalise" | "lattice";
  /** State of the room, as in its address. */
  readonly query: string;
  /** The figures to look at, by their `data-figure`; the first is scrolled to. */
  readonly figures: readonly string[];
  /**
   * What starts by itself: the room's computation, also that of its pinned networks, or a simulation where motion is
   * welcome; left out where everything is drawn at once.
   */
  readonly starts?: "always" | "pins" | "motion";
}

/** A walk of five steps. */
export interface Story {
  /** In the address. */
  readonly key: string;
  readonly title: string;
  /** The one idea. */
  readonly idea: string;
  readonly steps: readonly StoryStep[];
  /** Where the physics comes from. */
  readonly sources: readonly string[];
}
