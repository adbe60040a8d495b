/**
 * Starts the service worker of the built page when the page is idle, so that it works without its server from the next
 * visit on, and tells when a newer version waits.
 */
import type { KeptMessage, PageMessage } from "./files.ts";

/** Milliseconds after the page has loaded before anything is fetched for later. */
const IDLE_AFTER = 3000;

/** What the shell wants to know. */
export interface OfflineEvents {
  /** A newer version is ready; `reload` shows it. */
  readonly onUpdate: (reload: () => void) => void;
}

/** What the shell can ask for. */
export interface Offline {
  /** Keeps everything, the large files too; resolves with the files that could not be had. */
  keepAll(): Promise<readonly string[]>;
}

/**
 * Registers the service worker; null where the browser has none, where the page is not a secure one, or while developing.
 */
export async function startOffline({ onUpdate }: OfflineEvents): Promise<Offline | null> {
  if (import.meta.env.DEV || !("serviceWorker" in navigator) || !globalThis.isSecureContext) return null;
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
  registration.addEventListener("updatefound", () => {
    const incoming = registration.installing;
    incoming?.addEventListener("statechange", () => {
      if (incoming.state === "installed" && navigator.serviceWorker.controller !== null) offer(incoming);
    });
  });
  const { active } = await navigator.serviceWorker.ready;
  if (active !== null) tell(active, { kind: "keep", loaded: loadedFiles() });
  return {
    keepAll: async () => {
      const { active: current } = await navigator.serviceWorker.ready;
      return new Promise((resolve) => {
        const listener = (event: MessageEvent): void => {
          const reply = event.data as KeptMessage;
          if (reply.kind !== "kept") return;
          navigator.serviceWorker.removeEventListener("message", listener);
          resolve(reply.failed);
        };
        navigator.serviceWorker.addEventListener("message", listener);
        navigator.serviceWorker.startMessages();
        if (current !== null) tell(current, { kind: "keep-all" });
      });
    },
  };
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
