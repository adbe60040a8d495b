/** The Stories room on the page: the list of walks, or a step with the room that it shows. */
import { effect, untracked } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import { inner, leaveRoom, showRoomOf, startStep } from "./inner-room.ts";
import { goTo, pointAt } from "./pointer.ts";
import { choose, currentStep, currentStory, move, STEPS, state } from "./state.ts";
import { stories } from "./stories.ts";
import type { Story, StoryStep } from "./types.ts";
import "./stories.css";

/** The room. */
export function View(): JSX.Element {
  useEffect(() => {
    const stop = effect(() => {
      const step = currentStep();
      // what the rooms read while they change is none of this effect's business
      untracked(() => void showRoomOf(step));
    });
    return () => {
      stop();
      leaveRoom();
    };
  }, []);
  const story = currentStory();
  const step = currentStep();
  return story === null || step === null ? <StoryList /> : <Walk story={story} step={step} />;
}

function StoryList(): JSX.Element {
  return (
    <ol class="story-list">
      {stories.map(({ key, title, idea, steps }) => (
        <li key={key} class="panel">
          <h2>{title}</h2>
          <p>{idea}</p>
          <ol class="soft">
            {steps.map((step) => (
              <li key={step.title}>{step.title}</li>
            ))}
          </ol>
          <button type="button" class="primary" aria-label={`Begin: ${title}`} onClick={() => choose(key)}>
            Begin
          </button>
        </li>
      ))}
    </ol>
  );
}

function Walk({ story, step }: { story: Story; step: StoryStep }): JSX.Element {
  const box = useRef<HTMLDivElement>(null);
  const heading = useRef<HTMLHeadingElement>(null);
  const isFirst = useRef(true);
  const number = state.step.value;
  useLayoutEffect(() => {
    // the first step keeps the focus where it was; later ones are read from their heading on
    if (!isFirst.current) heading.current?.focus();
    isFirst.current = false;
  }, [step]);
  return (
    <>
      <section class="panel story" aria-label={story.title}>
        <div class="story-text">
          <p class="soft">
            {story.title}: step {number} of {STEPS}
          </p>
          <h2 ref={heading} tabIndex={-1}>
            {step.title}
          </h2>
          {step.text.map((paragraph) => (
            <p key={paragraph}>{paragraph}</p>
          ))}
          <p>
            <strong>Try this.</strong> {step.tryThis}
          </p>
        </div>
        <div class="story-tools">
          <ol class="story-steps">
            {story.steps.map(({ title }, i) => (
              <li key={title}>
                <button
                  type="button"
                  class="quiet"
                  aria-current={i + 1 === number ? "step" : undefined}
                  onClick={() => state.step.commit(i + 1)}
                >
                  {title}
                </button>
              </li>
            ))}
          </ol>
          <div class="story-buttons">
            <button type="button" onClick={() => move(-1)}>
              Back
            </button>
            <button type="button" class="primary" onClick={() => move(1)}>
              {number === STEPS ? "All stories" : "Next"}
            </button>
            <button
              type="button"
              onClick={() => box.current !== null && goTo(box.current, step.figures[0] as string)}
            >
              Show me where
            </button>
            <a href={`#${step.room}?${step.query}`}>Open this room</a>
          </div>
          {number === STEPS && (
            <ul class="soft story-sources">
              {story.sources.map((source) => (
                <li key={source}>{source}</li>
              ))}
            </ul>
          )}
        </div>
      </section>
      <div ref={box} class={`story-room room-${step.room}`}>
        <Inner box={box} />
      </div>
    </>
  );
}

function Inner({ box }: { box: { readonly current: HTMLDivElement | null } }): JSX.Element | null {
  const current = inner.value;
  const step = current.kind === "open" ? current.step : null;
  useEffect(() => {
    if (step === null || box.current === null) return;
    const unmark = pointAt(box.current, step.figures);
    void startStep(step);
    return unmark;
  }, [step, box]);
  switch (current.kind) {
    case "none":
      return null;
    case "loading":
      return (
        <p class="soft" role="status">
          Opening the room ...
        </p>
      );
    case "failed":
      return <p class="reason" role="alert">{`The room did not open: ${current.message}`}</p>;
    case "open": {
      const { View: RoomView, name } = current.room;
      return <RoomView key={name} />;
    }
  }
}
