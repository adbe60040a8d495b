/** The lab's server: headers, ranges, validators, compression, what it refuses, and run folders. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { type IncomingMessage, request, type Server } from "node:http";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { brotliDecompressSync, gunzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { listen, requireLoopback } from "../../src/cli/lab/listen.ts";
import { PAGE_POLICY } from "../../src/cli/lab/policy.ts";
import { readRange } from "../../src/cli/lab/ranges.ts";
import { EMPTY_SHELF, openShelf } from "../../src/cli/lab/run-shelf.ts";
import type { RunFigures, RunView } from "../../src/cli/lab/run-view.ts";
import { createLabServer } from "../../src/cli/lab/server.ts";
import { openSite } from "../../src/cli/lab/site.ts";

const folder = mkdtempSync(join(tmpdir(), "isinglass-lab-server-"));
const site = join(folder, "site");
const runs = join(folder, "runs");
const script = `export const words = "${"physics ".repeat(500)}";\n`;
let server: Server;
let port: number;

interface Answer {
  readonly status: number;
  readonly headers: IncomingMessage["headers"];
  readonly body: Buffer;
}

function fetchRaw(path: string, headers: Record<string, string> = {}, method = "GET"): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const sent = request({ host: "127.0.0.1", port, path, headers, method }, (response) => {
      const parts: Buffer[] = [];
      response.on("data", (part) => parts.push(part));
      response.on("end", () =>
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          body: Buffer.concat(parts),
        }),
      );
    });
    sent.on("error", reject);
    sent.end();
  });
}

const manifest = (kind: string, options: object, steps: readonly string[]) =>
  JSON.stringify({
    ...{ schema: "isinglass/run/1", kind, version: "0.1.0", seed: 1, options, steps },
    ...{ planHash: "0", machine: {} },
  });

const trainability = {
  ...{ activation: "tanh", sigmaB2: 0.05, sigmaW2: [1, 2], depths: [10, 20], width: 30 },
  data: "mnist: 500 examples",
};

beforeAll(async () => {
  mkdirSync(join(site, "assets"), { recursive: true });
  writeFileSync(join(site, "index.html"), "<!doctype html><title>lab</title>");
  writeFileSync(join(site, "assets/main-12345678.js"), script);
  writeFileSync(
    join(site, "assets/data-12345678.npz"),
    Uint8Array.from({ length: 5000 }, (_, i) => i % 251),
  );
  writeFileSync(join(site, ".secret"), "hidden");
  writeFileSync(join(folder, "outside.txt"), "outside");
  symlinkSync(join(folder, "outside.txt"), join(site, "link.txt"));
  // the name of a build that left the runtime to the installed package
  const wasm = readFileSync("node_modules/onnxruntime-web/dist/ort-wasm-simd-threaded.wasm");
  const outside = { specifier: "onnxruntime-web/ort-wasm-simd-threaded.wasm", bytes: wasm.length };
  writeFileSync(
    join(site, "outside.json"),
    JSON.stringify({
      "assets/ort-1.wasm": outside,
      "assets/ort-2.wasm": { ...outside, bytes: 7 },
    }),
  );
  mkdirSync(join(runs, "train"), { recursive: true });
  const steps = ["depth 10 sw2 1", "depth 10 sw2 2", "depth 20 sw2 1", "depth 20 sw2 2"];
  writeFileSync(join(runs, "train/manifest.json"), manifest("trainability", trainability, steps));
  const cell = (depth: number, sigmaW2: number, accuracy: number) =>
    JSON.stringify({
      step: `depth ${depth} sw2 ${sigmaW2}`,
      result: { sigmaW2, depth, accuracy, testAccuracy: null, loss: 1.5, state: "trained" },
    });
  // the last line is just being written
  writeFileSync(
    join(runs, "train/results.ndjson"),
    `${cell(10, 1, 0.25)}\n${cell(10, 2, 0.75)}\n{"broken\n${cell(20, 1, 0.125)}\n{"step":"dep`,
  );
  writeFileSync(join(runs, "train/report.html"), "<script>document.title = 1</script>");
  mkdirSync(join(runs, "other"));
  writeFileSync(join(runs, "other/manifest.json"), manifest("tune", { network: "4-4" }, ["tuned"]));
  mkdirSync(join(runs, "no run"));
  server = createLabServer({ site: openSite(site), runs: openShelf(runs) });
  port = await listen(server, "127.0.0.1", 0);
});

afterAll(() => {
  server.close();
  server.closeAllConnections();
  rmSync(folder, { recursive: true, force: true });
});

describe("the page's files", () => {
  it("come with types, isolation and policy", async () => {
    const page = await fetchRaw("/");
    expect(page.status).toBe(200);
    expect(page.headers).toMatchObject({
      "content-type": "text/html; charset=utf-8",
      "cross-origin-opener-policy": "same-origin",
      "cross-origin-embedder-policy": "require-corp",
      "x-content-type-options": "nosniff",
      "cache-control": "no-cache",
    });
    const policy = String(page.headers["content-security-policy"]);
    expect(policy).toContain("default-src 'self'");
    expect(policy).not.toMatch(/https?:|\*|'unsafe-eval'|script-src[^;]*unsafe-inline/);
    const code = await fetchRaw("/assets/main-12345678.js");
    expect(code.headers["content-type"]).toBe("text/javascript; charset=utf-8");
    expect(code.headers["cache-control"]).toContain("immutable");
    expect(code.headers["cross-origin-embedder-policy"]).toBe("require-corp");
    expect((await fetchRaw("/assets/data-12345678.npz")).headers["content-type"]).toBe(
      "application/octet-stream",
    );
  });

  it("have the policy of the page's own <meta> element", () => {
    const html = readFileSync(join(inject("labFolder"), "index.html"), "utf8");
    const [, meta = ""] =
      /http-equiv="Content-Security-Policy"\s+content="([^"]*)"/.exec(html.replaceAll("&#39;", "'")) ?? [];
    const sorted = (policy: string) => policy.split("; ").sort();
    expect(sorted(meta)).toEqual(sorted(PAGE_POLICY));
  });

  it("are compressed where the browser takes it and it helps", async () => {
    const gzip = await fetchRaw("/assets/main-12345678.js", { "accept-encoding": "gzip" });
    expect(gzip.headers["content-encoding"]).toBe("gzip");
    expect(gunzipSync(gzip.body).toString()).toBe(script);
    const brotli = await fetchRaw("/assets/main-12345678.js", { "accept-encoding": "gzip, br" });
    expect(brotliDecompressSync(brotli.body).toString()).toBe(script);
    expect(brotli.headers.vary).toBe("accept-encoding");
    expect(brotli.headers.etag).not.toBe(gzip.headers.etag);
    for (const [path, accepts] of [
      ["/assets/main-12345678.js", "br;q=0"],
      ["/assets/data-12345678.npz", "br"],
      ["/", "br"],
    ] as const) {
      expect(
        (await fetchRaw(path, { "accept-encoding": accepts })).headers["content-encoding"],
      ).toBeUndefined();
    }
  });

  it("are not sent again when nothing changed", async () => {
    const { headers } = await fetchRaw("/");
    const again = await fetchRaw("/", { "if-none-match": String(headers.etag) });
    expect([again.status, again.body.length]).toEqual([304, 0]);
    expect((await fetchRaw("/", { "if-none-match": '"other"' })).status).toBe(200);
  });

  it("are sent in parts", async () => {
    const path = "/assets/data-12345678.npz";
    const part = await fetchRaw(path, { range: "bytes=300-309" });
    expect(part.status).toBe(206);
    expect(part.headers["content-range"]).toBe("bytes 300-309/5000");
    expect([...part.body]).toEqual(Array.from({ length: 10 }, (_, i) => (300 + i) % 251));
    const end = await fetchRaw(path, { range: "bytes=-3" });
    expect([...end.body]).toEqual([4997 % 251, 4998 % 251, 4999 % 251]);
    const behind = await fetchRaw(path, { range: "bytes=5000-" });
    expect([behind.status, behind.headers["content-range"]]).toEqual([416, "bytes */5000"]);
    const stale = await fetchRaw(path, { range: "bytes=0-9", "if-range": '"old"' });
    expect([stale.status, stale.body.length]).toEqual([200, 5000]);
    const head = await fetchRaw(path, {}, "HEAD");
    expect([head.status, head.headers["content-length"], head.body.length]).toEqual([200, "5000", 0]);
  });

  it("include the runtime of an installed package, if it is the one the page was built with", async () => {
    const wasm = await fetchRaw("/assets/ort-1.wasm", { range: "bytes=0-3" });
    expect([wasm.status, wasm.headers["content-type"]]).toEqual([206, "application/wasm"]);
    expect([...wasm.body]).toEqual([0, 0x61, 0x73, 0x6d]);
    expect((await fetchRaw("/assets/ort-2.wasm")).status).toBe(404);
  });
});

describe("what is refused", () => {
  it.each([
    "/../outside.txt",
    "/%2e%2e/outside.txt",
    "/assets/..%2f..%2foutside.txt",
    "/assets/..\\..\\outside.txt",
    "/link.txt",
    "/.secret",
    "//etc/passwd",
    "/assets",
    "/assets/",
    "/nothing.js",
    "/index.html%00.js",
    "/run/train/files/../../../outside.txt",
    "/run/train/files/..%2f..%2foutside.txt",
    "/run/no run/run.json",
    "/run/..%2f..%2f/run.json",
    "/run/train/files/",
  ])("%s is not found", async (path) => {
    // as it stands: clients would tidy dots away
    const answer = await new Promise<string>((resolve, reject) => {
      const socket = connect(port, "127.0.0.1", () => {
        socket.write(
          `GET ${path.replaceAll(" ", "%20")} HTTP/1.1\r\nhost: 127.0.0.1:${port}\r\nconnection: close\r\n\r\n`,
        );
      });
      let text = "";
      socket.on("data", (chunk) => {
        text += chunk.toString("latin1");
      });
      socket.on("end", () => resolve(text));
      socket.on("error", reject);
    });
    expect(answer).toMatch(/^HTTP\/1\.1 404 /);
    expect(answer).not.toContain("outside\n");
  });

  it("an address that cannot be decoded, another method, another host name", async () => {
    expect((await fetchRaw("/%zz")).status).toBe(400);
    const post = await fetchRaw("/", {}, "POST");
    expect([post.status, post.headers.allow]).toEqual([405, "GET, HEAD"]);
    const foreign = await fetchRaw("/run/index.json", { host: "attacker.example" });
    expect([foreign.status, foreign.body.toString()]).toEqual([
      403,
      "The lab answers to 127.0.0.1 and localhost only.\n",
    ]);
    // a port of another machine, forwarded to this one
    expect((await fetchRaw("/", { host: "localhost:8000" })).status).toBe(200);
  });
});

describe("run folders", () => {
  it("are listed", async () => {
    const { body, headers } = await fetchRaw("/run/index.json");
    expect(headers["cache-control"]).toBe("no-store");
    const listed = JSON.parse(body.toString()) as { runs: { id: string; kind: string; total: number }[] };
    const sorted = listed.runs.toSorted((a, b) => (a.id < b.id ? -1 : 1));
    expect(sorted).toMatchObject([
      { id: "other", kind: "tune", finished: 0, total: 1 },
      { id: "train", kind: "trainability", finished: 4, total: 4 },
    ]);
  });

  it("are opened while they are going on: table, figure, files", async () => {
    const view = JSON.parse((await fetchRaw("/run/train/run.json")).body.toString()) as RunView;
    expect(view.finished).toBe(3);
    expect(view.notes).toEqual(["1 lines of results.ndjson cannot be read and are left out."]);
    expect(view.table.columns).toEqual([
      ...["step", "sigmaW2", "depth", "accuracy", "testAccuracy", "loss", "state"],
    ]);
    expect(view.table.rows[1]).toEqual(["depth 10 sw2 2", 2, 10, 0.75, null, 1.5, "trained"]);
    expect(view.files.map(({ name }) => name)).toEqual(["manifest.json", "report.html", "results.ndjson"]);
    const drawn = JSON.parse((await fetchRaw("/run/train/figures.json")).body.toString()) as RunFigures;
    const [figure] = drawn.figures;
    expect(drawn.problem).toBeNull();
    expect(figure).toMatchObject({
      draw: "trainability",
      input: { sigmaW2: [1, 2], depths: [10, 20], chance: 0.1, accuracy: [0.25, 0.75, 0.125, null] },
    });
    // xi_c at the right end, as theory has it
    const scale = figure?.input.depthScale.at(-1);
    expect(scale?.sigmaW2).toBeCloseTo(2, 12);
    expect(scale?.xiC).toBeGreaterThan(5);
  });

  it("give their files to be read, shut off from the page", async () => {
    const { body, headers } = await fetchRaw("/run/train/files/report.html");
    expect(body.toString()).toContain("document.title");
    expect(headers["content-security-policy"]).toMatch(/^sandbox allow-scripts /);
    expect(headers["content-security-policy"]).not.toContain("allow-same-origin");
  });
});

describe("openShelf", () => {
  it("takes one run folder or a folder of them", async () => {
    expect(await openShelf(join(runs, "train")).list()).toHaveLength(1);
    expect(await EMPTY_SHELF.list()).toEqual([]);
  });

  it.each([
    ["nothing", /no such folder/],
    ["site/index.html", /is a file, expected the folder of a run/],
    ["site", /is no run folder \(no manifest.json\), and holds none/],
  ])("says what is wrong with %s", (name, message) => {
    expect(() => openShelf(join(folder, name))).toThrow(message);
  });

  it("refuses the manifest of something else", () => {
    const path = join(folder, "foreign");
    mkdirSync(path);
    writeFileSync(join(path, "manifest.json"), '{"name":"app","icons":[]}');
    expect(() => openShelf(path)).toThrow('expected "isinglass/run/1"');
    writeFileSync(join(path, "manifest.json"), "{");
    expect(() => openShelf(path)).toThrow("cannot be read as JSON");
  });
});

describe("openSite", () => {
  it("says what to do when the page is not built", () => {
    expect(() => openSite(join(folder, "nothing"))).toThrow(/the page is not built/);
  });
});

describe("listen", () => {
  it("says that a port is in use and proposes one that is free", async () => {
    const other = createLabServer({ site: openSite(site), runs: EMPTY_SHELF });
    const failure = await listen(other, "127.0.0.1", port).catch((error) => error);
    expect(failure).toMatchObject({
      code: "spec",
      message: `lab: port ${port} is in use, expected a free one`,
    });
    const proposed = Number(/--port (\d+)$/.exec(failure.hint)?.[1]);
    expect(await listen(other, "127.0.0.1", proposed)).toBe(proposed);
    other.close();
  });

  it("takes this machine's own address only", () => {
    expect(requireLoopback("localhost")).toBe("localhost");
    expect(() => requireLoopback("0.0.0.0")).toThrow("expected 127.0.0.1");
  });
});

describe("readRange", () => {
  it.each([
    [undefined, null],
    ["bytes=0-0", { start: 0, end: 0 }],
    ["bytes=5-", { start: 5, end: 9 }],
    ["bytes=5-100", { start: 5, end: 9 }],
    ["bytes=-4", { start: 6, end: 9 }],
    ["bytes=-40", { start: 0, end: 9 }],
    ["bytes=-0", "unsatisfiable"],
    ["bytes=10-", "unsatisfiable"],
    ["bytes=3-2", null],
    ["bytes=0-1,3-4", null],
    ["items=0-1", null],
    ["bytes=-", null],
  ] as const)("%s of 10 bytes is %j", (header, expected) => {
    expect(readRange(header, 10)).toEqual(expected);
  });
});
