/** Where a person is: which walk, which step; without a walk the list of all. */
import { choiceField, createState, numberField } from "../../state/index.ts";
import { stories } from "./stories.ts";
import type { Story, StoryStep } from "./types.ts";

/** Steps of a walk. */
export const STEPS = 5;

/** State of the room. */
export const state = createState({
  story: choiceField("s", "", ["", ...stories.map(({ key }) => key)]),
  step: numberField("n", 1, { min: 1, max: STEPS, integer: true }),
});

/** The walk of the state; null for the list. Signals are followed. */
export function currentStory(): Story | null {
  return stories.find(({ key }) => key === state.story.value) ?? null;
}

/** The step of the state. */
export function currentStep(): StoryStep | null {
  return currentStory()?.steps[state.step.value - 1] ?? null;
}

/** Begins a walk, or goes back to the list. */
export function choose(key: string): void {
  state.edit(() => {
    state.story.value = key;
    state.step.value = 1;
  });
  state.commit();
}

/** Goes forward or back; behind the last step the list comes again. */
export function move(by: 1 | -1): void {
  if (currentStory() === null) return;
  const next = state.step.peek() + by;
  if (next < 1 || next > STEPS) choose("");
  else state.step.commit(next);
}
