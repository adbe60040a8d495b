/** `isinglass lab`: serves the page where the physics of networks moves, to this machine only. */
import { once } from "node:events";
import type { Server } from "node:http";
import { fileURLToPath } from "node:url";
import type { Command, Outcome } from "../command.ts";
import { listen, requireLoopback, USUAL_PORT } from "../lab/listen.ts";
import { openBrowser } from "../lab/open-browser.ts";
import { EMPTY_SHELF, openShelf } from "../lab/run-shelf.ts";
import { createLabServer } from "../lab/server.ts";
import { openSite } from "../lab/site.ts";
import { readNumber, readText } from "../options.ts";

/** The built page, from both `src/cli/commands` and `dist/cli/commands`. */
const PAGE = fileURLToPath(new URL("../../../dist/lab", import.meta.url));

export const labCommand: Command = {
  name: "lab",
  summary: "Serve the lab, a page where the physics of networks moves, to this machine",
  examples: [
    "isinglass lab",
    "isinglass lab --open",
    "isinglass lab runs/trainability-1a2b3c4d",
    "isinglass lab runs --port 8080",
  ],
  args: {
    run: {
      type: "positional",
      required: false,
      description: "a run folder to show in the page, or a folder of them (runs)",
    },
    port: {
      type: "string",
      valueHint: "N",
      description: `port (default: ${USUAL_PORT} or the next free one; 0: any)`,
    },
    host: {
      type: "string",
      valueHint: "ADDRESS",
      default: "127.0.0.1",
      description: "address of this machine to listen at; only itself can be served",
    },
    open: { type: "boolean", description: "open the page in the browser" },
  },
  async run({ args, note, signal }): Promise<Outcome> {
    const host = requireLoopback(readText(args, "host") ?? "127.0.0.1");
    const asked = readNumber(args, "port", { min: 0, max: 65535, integer: true });
    const folder = readText(args, "run");
    const runs = folder === undefined ? EMPTY_SHELF : openShelf(folder);
    const server = createLabServer({ site: openSite(PAGE), runs });
    const port = await listen(server, host, asked);
    if (asked === undefined && port !== USUAL_PORT) {
      note(`port ${USUAL_PORT} is in use, took ${port}`);
    }
    const base = `http://${host === "::1" ? "[::1]" : host}:${port}/`;
    const shown = await runs.list();
    const [only] = shown;
    const address =
      folder === undefined
        ? base
        : `${base}#run${shown.length === 1 && only !== undefined ? `?id=${encodeURIComponent(only.id)}` : ""}`;
    if (args.open === true && !(await openBrowser(address))) {
      note("no browser could be opened: open the address yourself");
    }
    return {
      result: { address, port, runs: shown },
      assumptions: [],
      references: [],
      seed: null,
      text: () =>
        [
          `The lab is at ${address}`,
          ...(folder === undefined
            ? []
            : [
                `It shows ${shown.length === 1 ? `the run ${only?.id}` : `${shown.length} runs in ${folder}`}.`,
              ]),
          "It answers to this machine only, and nothing is sent anywhere. Ctrl-C closes it.",
        ].join("\n"),
      until: () => closeAt(server, signal, note),
    };
  },
};

/** Waits for Ctrl-C, then ends open connections too. */
async function closeAt(server: Server, signal: AbortSignal, note: (message: string) => void): Promise<void> {
  if (!signal.aborted) await once(signal, "abort");
  const closed = once(server, "close");
  server.close();
  server.closeAllConnections();
  await closed;
  note("the lab is closed");
}
