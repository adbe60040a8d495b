/**
 * Offline use: the files of one build are kept under its version and answered from there; whatever else is asked for, run
 * folders above all, goes to the server and is never kept. A newer build is fetched beside the old one, takes over when no
 * tab shows the old one any more or when the page says so, and inherits the files that did not change.
 *
 * Kept answers carry the headers of cross-origin isolation, so that hosts that cannot set headers give threads too.
 */
import type { KeptSoFar, PageFiles, PageMessage } from "./files.ts";

declare const __PAGE_FILES__: PageFiles;
const worker = globalThis as unknown as ServiceWorkerGlobalScope;
const files: PageFiles = __PAGE_FILES__;
const PREFIX = "isinglass-lab-";
const CACHE = `${PREFIX}${files.version}`;
const known = new Set([...files.shell, ...files.rest, ...files.large]);
/** What cross-origin isolation asks of the page and of its workers. */
const ISOLATION = {
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-embedder-policy": "require-corp",
  "cross-origin-resource-policy": "same-origin",
} as const;

worker.addEventListener("install", (event) => event.waitUntil(keepShell()));
worker.addEventListener("activate", (event) => event.waitUntil(takeOver()));
worker.addEventListener("message", (event) => {
  const message = event.data as PageMessage;
  if (message.kind === "take-over") event.waitUntil(worker.skipWaiting());
  else if (message.kind === "keep-all") event.waitUntil(keepAll(event.ports[0]));
  else event.waitUntil(keepMore(message.loaded));
});
worker.addEventListener("fetch", (event) => {
  const name = nameOf(event.request);
  if (name !== null) event.respondWith(answer(name));
});

/** The file that a request is for; null for everything that is none of the page's files. */
function nameOf(request: Request): string | null {
  const scope = worker.registration.scope;
  const [address = ""] = request.url.split(/[?#]/);
  if (request.method !== "GET" || !address.startsWith(scope)) return null;
  const path = address.slice(scope.length);
  const name = path === "" ? "index.html" : decodeURIComponent(path);
  return known.has(name) ? name : null;
}

async function answer(name: string): Promise<Response> {
  const cache = await caches.open(CACHE);
  const kept = await cache.match(name);
  return kept ?? keep(cache, name);
}

/** Fetches a file and keeps it. A name with a hash may come from the browser's own cache; others are asked for again. */
async function keep(cache: Cache, name: string): Promise<Response> {
  const inherited = await inherit(name);
  if (inherited !== null) {
    await cache.put(name, inherited.clone());
    return inherited;
  }
  const fetched = await fetch(name === "index.html" ? "./" : name, {
    cache: name.startsWith("assets/") ? "default" : "no-cache",
  });
  if (!fetched.ok || fetched.redirected) return fetched;
  const headers = new Headers({ ...Object.fromEntries(fetched.headers), ...ISOLATION });
  // the body comes decoded
  for (const name of ["content-encoding", "content-length"]) headers.delete(name);
  const isolated = new Response(fetched.body, { status: fetched.status, headers });
  await cache.put(name, isolated.clone());
  return isolated;
}

/** A file with a hash in its name from an older version's cache. */
async function inherit(name: string): Promise<Response | null> {
  if (!name.startsWith("assets/")) return null;
  for (const key of await caches.keys()) {
    if (!key.startsWith(PREFIX) || key === CACHE) continue;
    const found = await (await caches.open(key)).match(name);
    if (found !== undefined) return found;
  }
  return null;
}

async function keepShell(): Promise<void> {
  const cache = await caches.open(CACHE);
  const failed = await keepEach(cache, files.shell);
  // a shell with a hole is no shell: the old version stays until the next visit
  if (failed.length > 0) throw new Error(`not kept: ${failed.join(", ")}`);
}

/** After that, older versions are gone; a large file that they had kept is kept on. */
async function takeOver(): Promise<void> {
  const cache = await caches.open(CACHE);
  for (const name of files.large) {
    const inherited = await inherit(name);
    if (inherited !== null) await cache.put(name, inherited);
  }
  const old = (await caches.keys()).filter((key) => key.startsWith(PREFIX) && key !== CACHE);
  await Promise.all(old.map((key) => caches.delete(key)));
  await worker.clients.claim();
}

/** What rooms need, and of the large files those that the page has used. */
async function keepMore(loaded: readonly string[]): Promise<void> {
  const used = files.large.filter((name) => loaded.some((address) => address.endsWith(`/${name}`)));
  await keepEach(await caches.open(CACHE), [...files.rest, ...used]);
}

/** Everything, with word of every file. */
async function keepAll(port: MessagePort | undefined): Promise<void> {
  const names = [...files.shell, ...files.rest, ...files.large];
  const bytesOf = (some: readonly string[]): number =>
    some.reduce((sum, name) => sum + (files.bytes[name] ?? 0), 0);
  const tell = (seen: readonly string[], failed: readonly string[], isDone: boolean): void => {
    const kept = seen.filter((name) => !failed.includes(name));
    port?.postMessage({
      ...{ files: kept.length, bytes: bytesOf(kept), failed, isDone },
      ...{ totalFiles: names.length, totalBytes: bytesOf(names) },
    } satisfies KeptSoFar);
  };
  const failed = await keepEach(await caches.open(CACHE), names, (count, failed) =>
    tell(names.slice(0, count), failed, false),
  );
  tell(names, failed, true);
}

/** One after another, so that a page that is computing keeps its connection; returns what could not be had. */
async function keepEach(
  cache: Cache,
  names: readonly string[],
  onFile?: (count: number, failed: readonly string[]) => void,
): Promise<string[]> {
  const failed: string[] = [];
  for (const [i, name] of names.entries()) {
    if ((await cache.match(name)) === undefined) {
      const kept = await keep(cache, name).catch(() => null);
      if (kept === null || !kept.ok) failed.push(name);
      else await kept.body?.cancel();
    }
    onFile?.(i + 1, failed);
  }
  return failed;
}
