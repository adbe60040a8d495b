/** The page around the rooms: header with tabs, notices, dialogs. */
import type { JSX } from "preact";
import { Menu } from "../figure/menu.tsx";
import { dismiss, notices } from "../notices.ts";
import { themeChoice } from "../theme.ts";
import { chooseTheme, copyCode, copyCommandLine, copyLink, keepView, showSessions } from "./actions.ts";
import { openDialog } from "./dialogs.ts";
import { Help } from "./help.tsx";
import { address, openRoom } from "./open-room.ts";
import { Palette } from "./palette.tsx";
import { rooms } from "./rooms.ts";
import { Sessions } from "./sessions.tsx";

/** The whole page. */
export function Shell(): JSX.Element {
  return (
    <>
      {/* a button: the address's hash belongs to the rooms */}
      <button type="button" class="skip" onClick={() => document.getElementById("main")?.focus()}>
        Skip to the content
      </button>
      <Header />
      <main id="main" tabIndex={-1}>
        <RoomView />
      </main>
      <Notices />
      {openDialog.value === "palette" && <Palette />}
      {openDialog.value === "help" && <Help />}
      {openDialog.value === "sessions" && <Sessions />}
    </>
  );
}

function Header(): JSX.Element {
  const current = openRoom.value.entry.name;
  return (
    <header>
      <p class="brand">
        isinglass <span>lab</span>
      </p>
      <nav aria-label="Rooms">
        {rooms
          .filter(({ name, isListed }) => isListed || name === current)
          .map(({ name, title }) => (
            <a
              href={`#${name}`}
              key={name}
              aria-current={name === current ? "page" : undefined}
              onClick={(event) => {
                if (event.ctrlKey || event.metaKey || event.shiftKey) return; // a new tab starts with the defaults
                event.preventDefault();
                address.go(name);
              }}
            >
              {title}
            </a>
          ))}
      </nav>
      <div class="header-tools">
        <Menu
          label="Copy"
          items={[
            { label: "Link to this view", run: copyLink },
            { label: "Command line", run: copyCommandLine },
            { label: "Library code", run: copyCode },
          ]}
        >
          Copy
        </Menu>
        <Menu
          label="Keep this view"
          items={[
            { label: "As one HTML file", run: keepView },
            { label: "As a session in this browser", run: showSessions },
          ]}
        >
          Keep
        </Menu>
        <Menu
          label="Colours"
          items={(["system", "light", "dark"] as const).map((choice) => ({
            label: `${themeChoice.value === choice ? "✓ " : ""}${choice === "system" ? "As the system" : choice === "light" ? "Light" : "Dark"}`,
            run: () => chooseTheme(choice),
          }))}
        >
          <span aria-hidden="true">◐</span>
        </Menu>
        <button
          type="button"
          class="quiet"
          aria-label="Commands"
          title="Commands (/)"
          onClick={() => {
            openDialog.value = "palette";
          }}
        >
          /
        </button>
        <button
          type="button"
          class="quiet"
          aria-label="Keys and help"
          title="Keys and help (?)"
          onClick={() => {
            openDialog.value = "help";
          }}
        >
          ?
        </button>
      </div>
    </header>
  );
}

function RoomView(): JSX.Element {
  const open = openRoom.value;
  switch (open.kind) {
    case "loading":
      return (
        <p class="soft room-loading" role="status">
          Opening {open.entry.title} ...
        </p>
      );
    case "failed":
      return (
        <div class="reason" role="alert">
          <p>
            <strong>{open.entry.title} did not open.</strong> {open.message}
          </p>
          <p>Reload the page; when the lab was built anew meanwhile, its old parts are gone.</p>
        </div>
      );
    case "open": {
      const { room } = open;
      return (
        <div class={`room room-${room.name}`}>
          <div class="room-head">
            <h1>{room.title}</h1>
            <p class="soft">{room.summary}</p>
          </div>
          <room.View />
        </div>
      );
    }
  }
}

function Notices(): JSX.Element {
  return (
    <div class="notices" aria-live="polite">
      {notices.value.map(({ id, kind, text, hint, action }) => (
        <div class={`notice notice-${kind}`} key={id}>
          <div>
            <span>{text}</span> {hint !== undefined && <span class="soft">{hint}</span>}
            {action !== undefined && (
              <button
                type="button"
                onClick={() => {
                  dismiss(id);
                  action.run();
                }}
              >
                {action.label}
              </button>
            )}
          </div>
          <button type="button" class="quiet" aria-label="Close this notice" onClick={() => dismiss(id)}>
            ×
          </button>
        </div>
      ))}
    </div>
  );
}
