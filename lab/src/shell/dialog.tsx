/** A modal dialog: the native element, which keeps the focus inside and gives it back. */
import type { ComponentChildren, JSX } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import { openDialog } from "./dialogs.ts";

/** Shows its children in the middle of the page until Escape, a click outside or the close button. */
export function Dialog({ title, children }: { title: string; children: ComponentChildren }): JSX.Element {
  const dialog = useRef<HTMLDialogElement>(null);
  const isShown = useRef(true);
  const close = (): void => {
    // the event of a dialog that is gone already must not close the next one
    if (isShown.current) openDialog.value = null;
  };
  useLayoutEffect(() => {
    isShown.current = true;
    const element = dialog.current;
    const before = document.activeElement;
    element?.showModal();
    return () => {
      isShown.current = false;
      element?.close();
      if (before instanceof HTMLElement) before.focus();
    };
  }, []);
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: Escape is the native key
    <dialog
      ref={dialog}
      aria-label={title}
      onClose={close}
      onClick={(event) => event.target === dialog.current && close()}
    >
      <div class="dialog-body">
        <div class="dialog-head">
          <h2>{title}</h2>
          <button type="button" class="quiet" onClick={close}>
            Close
          </button>
        </div>
        {children}
      </div>
    </dialog>
  );
}
