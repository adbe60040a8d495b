/** Sessions without a browser: what is kept and brought back, storage that refuses, files of others. */
import { describe, expect, it } from "vitest";
import { readSessions, writeSessions } from "../../../lab/src/sessions/file.ts";
import { createSessionStore, type SessionStorageArea } from "../../../lab/src/sessions/store.ts";
import { FormatError } from "../../../src/base/index.ts";

function memory(): SessionStorageArea & { text: string | null } {
  return {
    text: null,
    getItem() {
      return this.text;
    },
    setItem(_, text) {
      this.text = text;
    },
  };
}
let second = 0;
const clock = (): Date => new Date(Date.UTC(2026, 0, 1, 0, 0, second++));

describe("sessions", () => {
  it("come back in another tab, newest first; one of the same name is replaced", () => {
    const area = memory();
    const store = createSessionStore(() => area, clock);
    store.add("first", "#phase?w=2");
    store.add("second", "#flow");
    store.add("first", "#phase?w=3");
    const again = createSessionStore(() => area, clock);
    expect(again.sessions.value.map(({ name, hash }) => [name, hash])).toEqual([
      ["first", "#phase?w=3"],
      ["second", "#flow"],
    ]);
    expect(again.refusal.value).toBeNull();
  });

  it("are renamed, deleted, and put back where they were", () => {
    const store = createSessionStore(memory, clock);
    for (const name of ["a", "b", "c"]) store.add(name, `#phase?l=${name.length}`);
    const names = (): string[] => store.sessions.value.map(({ name }) => name);
    const [, middle] = store.sessions.value;
    if (middle === undefined) throw new Error("three were added");
    store.rename(middle, "B");
    expect(names()).toEqual(["c", "B", "a"]);
    const renamed = { ...middle, name: "B" };
    store.remove(renamed);
    expect(names()).toEqual(["c", "a"]);
    store.restore(renamed);
    expect(names()).toEqual(["c", "B", "a"]);
  });

  it("travel in a file, and those that are there are not doubled", () => {
    const store = createSessionStore(memory, clock);
    store.add("mine", "#generalise?w=8");
    const text = store.exportFile();
    const other = createSessionStore(memory, clock);
    expect(other.importFile(text)).toBe(1);
    expect(other.importFile(text)).toBe(0);
    expect(other.sessions.value).toEqual(store.sessions.value);
    expect(writeSessions(readSessions(text, "file"))).toBe(text);
  });

  it.each([
    ["no JSON", "hello"],
    ["another kind", '{"figures": []}'],
    [
      "an address of elsewhere",
      '{"schema":"isinglass/lab-sessions/1","sessions":[{"name":"x","hash":"https://example.org","saved":"2026-01-01"}]}',
    ],
    ["no name", '{"schema":"isinglass/lab-sessions/1","sessions":[{"hash":"#phase","saved":"2026-01-01"}]}'],
  ])("of a file with %s are refused, and nothing changes", (_, text) => {
    const store = createSessionStore(memory, clock);
    store.add("mine", "#phase");
    expect(() => store.importFile(text)).toThrow(FormatError);
    expect(store.sessions.value).toHaveLength(1);
  });

  it("last as long as the tab where storage is refused or full, which is said", () => {
    const refused = createSessionStore(() => {
      throw new Error("access is denied");
    }, clock);
    expect(refused.refusal.value).toBe("access is denied");
    refused.add("mine", "#phase");
    expect(refused.sessions.value).toHaveLength(1);
    const area = memory();
    let isFull = true;
    area.setItem = function (_, text) {
      if (isFull) throw new Error("quota exceeded");
      this.text = text;
    };
    const full = createSessionStore(() => area, clock);
    full.add("a", "#phase");
    expect(full.refusal.value).toBe("quota exceeded");
    isFull = false;
    full.add("b", "#flow");
    expect(full.refusal.value).toBeNull();
  });
});
