/**
 * The server of the built page: answers on one loopback address, only reads, and only files of the page and of the run
 * folders that it was given. Requests under another host name are refused, so that no foreign page can read run folders
 * by pointing its own name at this machine.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { type CompressionCache, sendFile, sendJson, sendStatus } from "./answer.ts";
import { mediaTypeOf } from "./media-types.ts";
import { COMMON_HEADERS, PAGE_HEADERS, RUN_FILE_HEADERS } from "./policy.ts";
import type { RunShelf } from "./run-shelf.ts";
import { findInside, type Site } from "./site.ts";

/** What is served. */
export interface LabContent {
  readonly site: Site;
  readonly runs: RunShelf;
}

const LOOPBACK = /^(127\.0\.0\.1|localhost|\[::1\])(:\d+)?$/i;

/** Makes the server; it listens when it is told to. */
export function createLabServer(content: LabContent): Server {
  const cache: CompressionCache = new Map();
  return createServer((request, response) => {
    answer(request, response, content, cache).catch((error: unknown) => {
      // a browser that went away in the middle is no error; anything else ends this answer only
      if (response.headersSent) response.destroy();
      else sendStatus(response, 500, `internal error: ${String(error)}`, COMMON_HEADERS);
    });
  });
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  { site, runs }: LabContent,
  cache: CompressionCache,
): Promise<void> {
  if (!LOOPBACK.test(request.headers.host ?? "")) {
    return sendStatus(response, 403, "The lab answers to 127.0.0.1 and localhost only.", COMMON_HEADERS);
  }
  if (request.method !== "GET" && request.method !== "HEAD") {
    const headers = { ...COMMON_HEADERS, allow: "GET, HEAD" };
    return sendStatus(response, 405, "The lab is only read: GET or HEAD.", headers);
  }
  const path = readPath(request.url ?? "/");
  if (path === null) return sendStatus(response, 400, "The address cannot be read.", COMMON_HEADERS);
  if (path.startsWith("/run/")) return answerRun(request, response, path, runs, cache);
  const file = await site.find(path);
  if (file === null) return sendStatus(response, 404, `Nothing is at ${path}.`, PAGE_HEADERS);
  return sendFile(request, response, file, cache);
}

/** `/run/index.json`, `/run/ID/run.json`, `/run/ID/figures.json` and `/run/ID/files/NAME`. */
async function answerRun(
  request: IncomingMessage,
  response: ServerResponse,
  path: string,
  runs: RunShelf,
  cache: CompressionCache,
): Promise<void> {
  if (path === "/run/index.json") return sendJson(response, { runs: await runs.list() }, COMMON_HEADERS);
  const [, id = "", kind = "", name = ""] =
    /^\/run\/([^/]+)\/(run\.json|figures\.json|files)(?:\/(.+))?$/.exec(path) ?? [];
  const folder = runs.folderOf(id);
  if (folder !== null && kind === "run.json" && name === "") {
    return sendJson(response, await runs.open(id), COMMON_HEADERS);
  }
  if (folder !== null && kind === "figures.json" && name === "") {
    return sendJson(response, await runs.draw(id), COMMON_HEADERS);
  }
  const file = folder === null || kind !== "files" ? null : await findInside(folder, name);
  if (file === null) return sendStatus(response, 404, `Nothing is at ${path}.`, COMMON_HEADERS);
  return sendFile(
    request,
    response,
    { path: file, type: mediaTypeOf(name), headers: RUN_FILE_HEADERS },
    cache,
  );
}

/** The decoded path without the query; null when it cannot be decoded. */
function readPath(target: string): string | null {
  try {
    return decodeURIComponent(target.replace(/[?#].*$/s, ""));
  } catch {
    return null;
  }
}
