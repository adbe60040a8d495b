/** The dialog of sessions: keep this view under a name, open, rename and delete those kept, take them elsewhere. */
import { type Signal, useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useRef, useState } from "preact/hooks";
import { type Session, sessionStore } from "../sessions/index.ts";
import { parseHash } from "../state/index.ts";
import { openSession } from "./actions.ts";
import { Dialog } from "./dialog.tsx";
import { openDialog } from "./dialogs.ts";
import { address, openRoom } from "./open-room.ts";
import { rooms } from "./rooms.ts";

/** The dialog. */
export function Sessions(): JSX.Element {
  const refusal = sessionStore.refusal.value;
  const sessions = sessionStore.sessions.value;
  const deleted = useSignal<Session | null>(null);
  return (
    <Dialog title="Sessions">
      <SaveForm />
      {refusal !== null && (
        <p class="reason" role="alert">
          {`This browser keeps nothing for this page (${refusal}). Sessions last as long as this tab: export them to keep them.`}
        </p>
      )}
      {sessions.length === 0 ? (
        <p class="soft">
          Nothing is kept yet. A session holds an address; dropped files stay where they are.
        </p>
      ) : (
        <ul class="sessions">
          {sessions.map((session) => (
            <Entry session={session} deleted={deleted} key={`${session.name} ${session.hash}`} />
          ))}
        </ul>
      )}
      <p class="session-deleted" role="status">
        {deleted.value !== null && (
          <>
            {`Deleted “${deleted.value.name}”. `}
            <button
              type="button"
              onClick={() => {
                sessionStore.restore(deleted.value as Session);
                deleted.value = null;
              }}
            >
              Undo
            </button>
          </>
        )}
      </p>
      <Files />
    </Dialog>
  );
}

function SaveForm(): JSX.Element {
  const [name, setName] = useState(proposedName());
  return (
    <form
      class="session-form"
      onSubmit={(event) => {
        event.preventDefault();
        if (name.trim() === "") return;
        sessionStore.add(name.trim(), address.currentHash());
        setName("");
      }}
    >
      <label class="control">
        <span>name</span>
        <input
          type="text"
          maxLength={120}
          value={name}
          autocomplete="off"
          onInput={({ currentTarget }) => setName(currentTarget.value)}
        />
      </label>
      <button type="submit" class="primary" disabled={name.trim() === ""}>
        Keep this view
      </button>
    </form>
  );
}

/** "Phase, 22 Nov 2026, 14:05". */
function proposedName(): string {
  const open = openRoom.peek();
  const title = open.kind === "open" ? open.room.title : open.entry.title;
  return `${title}, ${formatTime(new Date())}`;
}

function formatTime(date: Date): string {
  return date.toLocaleString("en-GB", { dateStyle: "medium", timeStyle: "short" });
}

function Entry({
  session,
  deleted,
}: {
  readonly session: Session;
  readonly deleted: Signal<Session | null>;
}): JSX.Element {
  const [draft, setDraft] = useState<string | null>(null);
  const { name, hash, saved } = session;
  const room = parseHash(hash).room;
  const title = rooms.find((entry) => entry.name === room)?.title ?? room;
  if (draft !== null)
    return (
      <li>
        <form
          class="session-form"
          onSubmit={(event) => {
            event.preventDefault();
            if (draft.trim() !== "" && draft.trim() !== name) sessionStore.rename(session, draft.trim());
            setDraft(null);
          }}
        >
          <input
            type="text"
            maxLength={120}
            aria-label={`New name of ${name}`}
            value={draft}
            ref={(element) => {
              if (element !== null && document.activeElement !== element) element.focus();
            }}
            onInput={({ currentTarget }) => setDraft(currentTarget.value)}
          />
          <button type="submit">Rename</button>
        </form>
      </li>
    );
  return (
    <li>
      <button
        type="button"
        class="quiet session-open"
        onClick={() => {
          openDialog.value = null;
          openSession(session);
        }}
      >
        {name}
      </button>
      <span class="soft">{`${title}, ${formatTime(new Date(saved))}`}</span>
      <button type="button" class="quiet" aria-label={`Rename ${name}`} onClick={() => setDraft(name)}>
        Rename
      </button>
      <button
        type="button"
        class="quiet"
        aria-label={`Delete ${name}`}
        onClick={() => {
          sessionStore.remove(session);
          deleted.value = session;
        }}
      >
        Delete
      </button>
    </li>
  );
}

function Files(): JSX.Element {
  const chooser = useRef<HTMLInputElement>(null);
  const [said, setSaid] = useState<{ readonly text: string; readonly isProblem: boolean } | null>(null);
  const take = async (file: File): Promise<void> => {
    try {
      const count = sessionStore.importFile(await file.text());
      const what = count === 1 ? "session" : "sessions";
      setSaid({ text: `${count} ${what} added from ${file.name}.`, isProblem: false });
    } catch (error) {
      setSaid({ text: error instanceof Error ? error.message : String(error), isProblem: true });
    }
  };
  return (
    <>
      <div class="session-files">
        <button type="button" disabled={sessionStore.sessions.value.length === 0} onClick={() => void save()}>
          Export
        </button>
        <button type="button" onClick={() => chooser.current?.click()}>
          Import
        </button>
        <input
          type="file"
          hidden
          accept=".json"
          ref={chooser}
          aria-label="File of sessions"
          onChange={({ currentTarget }) => {
            const file = currentTarget.files?.[0];
            if (file !== undefined) void take(file);
            currentTarget.value = "";
          }}
        />
      </div>
      {said !== null && (
        <p class={said.isProblem ? "reason" : "soft"} role={said.isProblem ? "alert" : "status"}>
          {said.text}
        </p>
      )}
    </>
  );
}

async function save(): Promise<void> {
  const { download } = await import("../figure/save.ts");
  download("isinglass-sessions.json", sessionStore.exportFile(), "application/json");
}
