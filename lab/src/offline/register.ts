/**
 * Starts the service worker of the built page when the page is idle, so that it works without its server from the next
 * visit on, and tells when a newer version waits.
 */
import type { KeptSoFar, PageMessage } from "./files.ts";

/** Milliseconds after the page has loaded before anything is fetched for later. */
const IDLE_AFTER = 3000;

/** What the shell wants to know. */
export interface OfflineEvents {
  /** A newer version is ready; `reload` shows it. */
  readonly onUpdate: (reload: () => void) => void;
}

/** What the shell can ask for. */
export interface Offline {
  /** Keeps everything, the large files too; tells of every file, and resolves with how it ended. */
  keepAll(onProgress: (kept: KeptSoFar) => void): Promise<KeptSoFar>;
}

/** Why nothing is kept. */
export interface NotKept {
  readonly reason: string;
}

/** Whether the page is kept; settled some seconds after it has loaded. */
export let offline: Promise<Offline | NotKept> = Promise.resolve({ reason: "the page has not started" });

/** Registers the service worker when the page has been idle for a while; never rejects. */
export function startOffline(events: OfflineEvents): Promise<Offline | NotKept> {
  offline = register(events).catch((error: unknown) => ({
    reason: `the browser refused: ${error instanceof Error ? error.message : String(error)}`,
  }));
  return offline;
}

async function register({ onUpdate }: OfflineEvents): Promise<Offline | NotKept> {
  if (import.meta.env.DEV) return { reason: "a page of the development server is never kept" };
  if (!globalThis.isSecureContext)
    return { reason: "browsers keep pages from this machine or from https addresses only" };
  if (!("serviceWorker" in navigator))
    return { reason: "this browser, or this window, has no service workers" };
  await idle();
  const hadController = navigator.serviceWorker.controller !== null;
  const registration = await navigator.serviceWorker.register("./service-worker.js", {
    updateViaCache: "none",
  });
  const offer = (waiting: ServiceWorker): void => {
    onUpdate(() => {
      navigator.serviceWorker.addEventListener("controllerchange", () => location.reload(), { once: true });
      tell(waiting, { kind: "take-over" });
    });
  };
  if (registration.waiting !== null && hadController) offer(registration.waiting);
  const follow = (incoming: ServiceWorker | null): void =>
    incoming?.addEventListener("statechange", () => {
      if (incoming.state === "installed" && navigator.serviceWorker.controller !== null) offer(incoming);
    });
  // browsers look for a newer worker by themselves after a visit begins: it may be half installed by now
  follow(registration.installing);
  registration.addEventListener("updatefound", () => follow(registration.installing));
  const { active } = await navigator.serviceWorker.ready;
  if (active !== null) tell(active, { kind: "keep", loaded: loadedFiles() });
  return { keepAll };
}

async function keepAll(onProgress: (kept: KeptSoFar) => void): Promise<KeptSoFar> {
  const { active } = await navigator.serviceWorker.ready;
  const { port1, port2 } = new MessageChannel();
  const end = new Promise<KeptSoFar>((resolve) => {
    port1.onmessage = ({ data }: MessageEvent<KeptSoFar>) => {
      onProgress(data);
      if (!data.isDone) return;
      port1.close();
      resolve(data);
    };
  });
  active?.postMessage({ kind: "keep-all" } satisfies PageMessage, [port2]);
  return end;
}

function tell(worker: ServiceWorker, message: PageMessage): void {
  worker.postMessage(message);
}

/** Addresses that this page has fetched, without their queries. */
function loadedFiles(): string[] {
  return performance.getEntriesByType("resource").map(({ name }) => name.split(/[?#]/)[0] as string);
}

async function idle(): Promise<void> {
  if (document.readyState !== "complete") {
    await new Promise((resolve) => window.addEventListener("load", resolve, { once: true }));
  }
  await new Promise((resolve) => setTimeout(resolve, IDLE_AFTER));
}
