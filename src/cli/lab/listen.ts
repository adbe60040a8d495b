/** Finds a port: the one that was asked for, or the first free one from the usual on. */
import type { Server } from "node:http";
import { createServer } from "node:net";
import { SpecError } from "../../base/index.ts";

/** The port of the lab where none is asked for: links and what the browser keeps stay valid from one day to the next. */
export const USUAL_PORT = 4747;
/** Ports that are tried from the usual one on. */
const TRIED = 20;
/** Reading of `--host`: this machine only. */
const HOSTS: readonly string[] = ["127.0.0.1", "localhost", "::1"];

/**
 * Checks `--host`.
 *
 * @throws SpecError for an address that other machines could reach
 */
export function requireLoopback(host: string): string {
  if (HOSTS.includes(host)) return host;
  throw new SpecError(
    `--host: received "${host}", expected 127.0.0.1: the lab is served to this machine only`,
    {
      hint: "from another machine: ssh -L 4747:127.0.0.1:4747 THIS-MACHINE, then open http://127.0.0.1:4747/",
    },
  );
}

/**
 * Starts listening.
 *
 * @param asked the port that was asked for; 0 for any; undefined for the usual or the next free one
 * @returns the port
 * @throws SpecError when the port that was asked for is in use or may not be used
 */
export async function listen(server: Server, host: string, asked: number | undefined): Promise<number> {
  const first = asked ?? USUAL_PORT;
  const failure = await tryPort(server, host, first);
  if (failure === null) return portOf(server);
  const free = await freePort(host, first + 1);
  if (asked === undefined && free !== null && (await tryPort(server, host, free)) === null) return free;
  const why = failure.code === "EACCES" ? "may not be used by this account" : "is in use";
  throw new SpecError(`lab: port ${first} ${why}, expected a free one`, {
    hint: free === null ? "isinglass lab --port 0 takes any free port" : `isinglass lab --port ${free}`,
    data: { port: first, proposed: free },
    cause: failure,
  });
}

function portOf(server: Server): number {
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("internal: the server has no port");
  return address.port;
}

/** Null on success, the error where the port cannot be had; other errors are thrown. */
function tryPort(server: Pick<Server, "listen" | "once" | "off">, host: string, port: number) {
  return new Promise<NodeJS.ErrnoException | null>((resolve, reject) => {
    const failed = (error: NodeJS.ErrnoException): void => {
      if (error.code === "EADDRINUSE" || error.code === "EACCES") resolve(error);
      else reject(error);
    };
    server.once("error", failed);
    server.listen(port, host, () => {
      server.off("error", failed);
      resolve(null);
    });
  });
}

async function freePort(host: string, from: number): Promise<number | null> {
  for (let port = Math.max(from, 1024); port < Math.min(from + TRIED, 65536); port++) {
    const probe = createServer();
    const failure = await tryPort(probe as unknown as Server, host, port);
    if (failure !== null) continue;
    await new Promise<void>((resolve) => probe.close(() => resolve()));
    return port;
  }
  return null;
}
