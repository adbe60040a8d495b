/** Pictures that were kept on the way, and a film of what the canvas shows. */
import { type Signal, signal } from "@preact/signals";
import type { JSX } from "preact";
import { formatNumber } from "../../../../src/figures/basics/index.ts";
import { notify } from "../../notices.ts";
import { captureStill, filmCanvas } from "./picture/capture.ts";
import { numbers } from "./run/index.ts";

/** A kept picture. */
interface Snapshot {
  readonly url: string;
  readonly sweep: number;
  readonly temperature: number;
  readonly energy: number;
  readonly magnetization: number;
}

const MOST = 12;
const kept: Signal<readonly Snapshot[]> = signal([]);
const film: Signal<MediaRecorder | null> = signal(null);

/** Keeps the picture as it is. */
export async function keepSnapshot(): Promise<void> {
  const now = numbers.peek();
  const blob = await captureStill();
  if (now === null || blob === null) return;
  const { sweeps: sweep, temperature, energy, magnetization } = now;
  const next = { url: URL.createObjectURL(blob), sweep, temperature, energy, magnetization };
  for (const old of kept.peek().slice(MOST - 1)) URL.revokeObjectURL(old.url);
  kept.value = [next, ...kept.peek()].slice(0, MOST);
}

/** Begins a film, or ends it and hands it over. */
export function toggleFilm(): void {
  const running = film.peek();
  if (running !== null) {
    running.stop();
    return;
  }
  const stream = filmCanvas();
  if (stream === null) return;
  const recorder = new MediaRecorder(stream, { videoBitsPerSecond: 8e6 });
  const parts: Blob[] = [];
  recorder.ondataavailable = ({ data }) => parts.push(data);
  recorder.onstop = () => {
    film.value = null;
    const blob = new Blob(parts, { type: recorder.mimeType });
    const link = document.createElement("a");
    link.href = URL.createObjectURL(blob);
    link.download = `lattice.${recorder.mimeType.includes("mp4") ? "mp4" : "webm"}`;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
  };
  recorder.onerror = () => {
    film.value = null;
    notify({ kind: "error", text: "The browser stopped recording.", hint: "Save pictures instead." });
  };
  recorder.start(1000);
  film.value = recorder;
}

/** Whether this browser records canvases. */
export const canFilm: boolean =
  typeof MediaRecorder !== "undefined" && "captureStream" in HTMLCanvasElement.prototype;

/** Buttons for both. */
export function CaptureButtons(): JSX.Element {
  return (
    <>
      <button type="button" class="quiet" onClick={() => void keepSnapshot()}>
        Snapshot
      </button>
      {canFilm && (
        <button type="button" class="quiet" aria-pressed={film.value !== null} onClick={toggleFilm}>
          {film.value === null ? "Record" : "Stop recording"}
        </button>
      )}
    </>
  );
}

/** The kept pictures; a click saves one. */
export function Snapshots(): JSX.Element | null {
  if (kept.value.length === 0) return null;
  return (
    <ul class="lattice-snapshots" aria-label="snapshots">
      {kept.value.map(({ url, sweep, temperature, energy, magnetization }) => {
        const text = `T = ${formatNumber(temperature, 4)}, sweep ${sweep.toLocaleString("en")}`;
        return (
          <li key={url}>
            <a href={url} download={`lattice-${sweep}.png`} title="Save this picture">
              <img
                src={url}
                alt={`${text}: energy ${formatNumber(energy, 4)}, m ${formatNumber(magnetization, 3)}`}
              />
              <span>{text}</span>
            </a>
          </li>
        );
      })}
    </ul>
  );
}
