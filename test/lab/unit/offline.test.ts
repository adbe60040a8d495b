/** What the lab says while it keeps itself for use offline. */
import { describe, expect, it } from "vitest";
import { changeNotice, dismiss, notices, notify } from "../../../lab/src/notices.ts";
import { describeEnd, describeProgress } from "../../../lab/src/offline/everything.ts";

const kept = {
  files: 12,
  bytes: 3 * 2 ** 20,
  totalFiles: 60,
  totalBytes: 44 * 2 ** 20,
  failed: [],
  isDone: false,
};

describe("keeping everything", () => {
  it("counts files and bytes", () => {
    expect(describeProgress(kept)).toBe("Keeping the lab: 12 of 60 files, 3 MB of 44 MB.");
  });

  it("ends with what is kept, and warns of browsers that may clear it", () => {
    const end = { ...kept, files: 60, bytes: 44 * 2 ** 20, isDone: true };
    expect(describeEnd(end, true)).toEqual({
      kind: "info",
      text: "The whole lab is kept: 60 files, 44 MB. It opens without its server.",
      stays: true,
    });
    expect(describeEnd(end, false).hint).toContain("may clear it");
  });

  it("ends with what is missing, and what to do", () => {
    const end = { ...kept, failed: ["assets/a.wasm", "assets/b.js", "icon.svg"], isDone: true };
    const { kind, text, hint } = describeEnd(end, true);
    expect(kind).toBe("warning");
    expect(text).toBe("12 of 60 files are kept, 3 MB; not kept: a.wasm and 2 more.");
    expect(hint).toContain("Ask again");
  });
});

describe("notices", () => {
  it("change in their place, and stay closed when they were closed", () => {
    const id = notify({ kind: "info", text: "first", stays: true });
    const other = notify({ kind: "warning", text: "other" });
    changeNotice(id, { kind: "info", text: "second", stays: true });
    expect(notices.peek().map(({ text }) => text)).toEqual(["second", "other"]);
    dismiss(id);
    changeNotice(id, { kind: "warning", text: "third" });
    expect(notices.peek().map(({ text }) => text)).toEqual(["other"]);
    dismiss(other);
  });
});
