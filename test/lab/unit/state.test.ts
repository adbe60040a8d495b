import { describe, expect, it } from "vitest";
import {
  type Address,
  choiceField,
  createAddress,
  createState,
  flagField,
  formatHash,
  listField,
  numberField,
  parseHash,
  rangeField,
  textField,
} from "../../../lab/src/state/index.ts";

const makeState = () =>
  createState({
    width: numberField("w", 1.5, { min: 0.01, max: 10 }),
    depth: numberField("l", 30, { min: 1, max: 100, integer: true }),
    activation: textField("a", "tanh"),
    mode: choiceField("m", "fast", ["fast", "slow"]),
    isOpen: flagField("o", false),
    window: rangeField("x", [0.5, 4], { min: 0, max: 9 }),
    pins: listField("p", [], numberField("", 0, { min: 0, max: 9 }), { maxLength: 3 }),
  });

describe("the state of a room", () => {
  it("writes what differs from the defaults, and reads it back", () => {
    const state = makeState();
    expect(state.toQuery()).toBe("");
    state.width.value = 2.25;
    state.activation.value = "x*sigmoid(1.5*x) + 100%&#=";
    state.mode.value = "slow";
    state.isOpen.value = true;
    state.window.value = [1, 2.5];
    state.pins.value = [1, 2];
    const query = state.toQuery();
    expect(query).toContain("w=2.25&a=x*sigmoid(1.5*x)");
    const other = makeState();
    expect(other.load(query)).toEqual([]);
    expect(other.toQuery()).toBe(query);
    expect(other.activation.value).toBe("x*sigmoid(1.5*x) + 100%&#=");
    expect(other.window.value).toEqual([1, 2.5]);
    expect(other.pins.value).toEqual([1, 2]);
  });

  it("takes defaults for what is missing and names what it cannot use", () => {
    const state = makeState();
    state.width.value = 7;
    const problems = state.load("w=11&l=2.5&m=medium&o=yes&x=4:1&p=1~2~3~4&unknown=1");
    expect(state.toQuery()).toBe("");
    expect(problems.map(({ key }) => key)).toEqual(["w", "l", "m", "o", "x", "p"]);
    expect(problems[0]).toEqual({ key: "w", received: "11", expected: "a number from 0.01 to 10" });
    expect(problems[2]?.expected).toBe("one of fast, slow");
    expect(problems[4]?.expected).toBe("FROM:TO with 0 <= FROM < TO <= 9");
    for (const text of ["", " ", "abc", "NaN", "Infinity", "1e999", "-1"])
      expect(state.load(`w=${text}`)).toHaveLength(1);
  });

  it("keeps the identity of lists that do not change", () => {
    const state = makeState();
    state.load("p=1~2");
    const before = state.pins.value;
    state.load("p=1~2&w=3");
    expect(state.pins.value).toBe(before);
  });
});

/** A window with a history of hashes. */
function fakeWindow(hash = "") {
  const entries = [hash];
  let at = 0;
  let now = 0;
  const timers: { at: number; run: () => void; id: number }[] = [];
  const listeners: (() => void)[] = [];
  const window = {
    location: {
      get hash() {
        return entries[at] as string;
      },
    },
    history: {
      pushState: (_: unknown, __: string, url?: string | URL | null) => {
        entries.splice(++at, entries.length, String(url));
      },
      replaceState: (_: unknown, __: string, url?: string | URL | null) => {
        entries[at] = String(url);
      },
    },
    addEventListener: (_: string, listener: () => void) => void listeners.push(listener),
    setTimeout: (run: () => void, wait: number) => {
      timers.push({ at: now + wait, run, id: timers.length });
      return timers.length - 1;
    },
    clearTimeout: (id: number) => {
      for (const timer of timers) if (timer.id === id) timer.run = () => {};
    },
  };
  return {
    window,
    entries,
    go(step: number) {
      at += step;
      for (const listener of listeners) listener();
    },
    wait(milliseconds: number) {
      now += milliseconds;
      for (const timer of timers.splice(0).filter((t) => t.at <= now)) timer.run();
    },
  };
}

describe("the address bar", () => {
  it("splits and joins", () => {
    expect(parseHash("#phase?w=2&a=relu")).toEqual({ room: "phase", query: "w=2&a=relu" });
    expect(parseHash("#flow")).toEqual({ room: "flow", query: "" });
    expect(parseHash("")).toEqual({ room: "", query: "" });
    expect(parseHash("#%E0%A4%A")).toEqual({ room: "%E0%A4%A", query: "" });
    expect(formatHash({ room: "phase", query: "" })).toBe("#phase");
  });

  it("makes one entry of a drag, and goes back to where it began", () => {
    const fake = fakeWindow("#phase");
    const state = makeState();
    const address: Address = createAddress(fake.window, ({ query }) => void state.load(query));
    address.join("phase", state);
    for (const width of [2, 3, 4, 5]) state.width.edit(width);
    expect(fake.entries).toEqual(["#phase", "#phase?w=2"]);
    fake.wait(200);
    expect(fake.entries).toEqual(["#phase", "#phase?w=5"]);
    state.width.edit(6);
    state.commit();
    expect(fake.entries).toEqual(["#phase", "#phase?w=6"]);
    state.mode.commit("slow");
    expect(fake.entries).toEqual(["#phase", "#phase?w=6", "#phase?w=6&m=slow"]);
    state.mode.commit("slow");
    expect(fake.entries).toHaveLength(3);
    fake.go(-1);
    expect(state.mode.value).toBe("fast");
    fake.go(-1);
    expect(state.width.value).toBe(1.5);
    fake.go(2);
    expect([state.width.value, state.mode.value]).toEqual([6, "slow"]);
    expect(fake.entries).toHaveLength(3);
  });

  it("stays where it is when told to go there", () => {
    const fake = fakeWindow("#phase?w=2");
    const address = createAddress(fake.window, () => expect.unreachable());
    address.go("phase");
    expect(fake.entries).toEqual(["#phase?w=2"]);
  });

  it("does not overwrite an entry by an edit that changes nothing", () => {
    const fake = fakeWindow("#phase?w=2");
    const state = makeState();
    const address = createAddress(fake.window, ({ query }) => void state.load(query));
    state.load("w=2");
    address.join("phase", state);
    state.width.edit(2);
    state.width.edit(3);
    state.commit();
    expect(fake.entries).toEqual(["#phase?w=2", "#phase?w=3"]);
  });

  it("tidies an address that holds defaults or rubbish, without an entry", () => {
    const fake = fakeWindow("#phase?w=1.5&nothing=1");
    const state = makeState();
    const address = createAddress(fake.window, () => {});
    state.load(address.place.value.query);
    address.join("phase", state);
    expect(fake.entries).toEqual(["#phase"]);
    expect(address.currentHash()).toBe("#phase");
  });

  it("leaves a room and takes the next state along", () => {
    const fake = fakeWindow("#phase");
    const visits: string[] = [];
    const state = makeState();
    const address = createAddress(fake.window, ({ room }) => visits.push(room));
    address.join("phase", state);
    state.width.commit(2);
    address.go("flow");
    state.width.edit(9); // the room is no longer joined
    expect(fake.entries).toEqual(["#phase", "#phase?w=2", "#flow"]);
    expect(visits).toEqual(["flow"]);
    address.go("phase"); // back in the state it was left in
    expect(fake.entries.at(-1)).toBe("#phase?w=2");
    address.join("phase", state);
    address.go("phase");
    state.width.commit(3); // going where one is changes nothing
    expect(fake.entries.at(-1)).toBe("#phase?w=3");
    address.go("phase", "");
    expect(fake.entries.at(-1)).toBe("#phase");
  });
});
