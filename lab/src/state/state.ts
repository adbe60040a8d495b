/**
 * A room's state: one signal per field, read from and written to the address. While something is dragged `edit` replaces
 * the current history entry, `commit` closes it, so "back" returns to where the drag began.
 */
import { batch, type Signal, signal } from "@preact/signals";
import type { Field, FieldProblem } from "./fields.ts";

/** A field's value as a signal, with what controls need: the field, and how to change it. */
export type FieldSignal<T, F extends Field<T> = Field<T>> = Signal<T> & {
  readonly field: F;
  /** Changes the value and the current history entry. */
  edit(value: T): void;
  /** Changes the value, if given, and makes a history entry. */
  commit(value?: T): void;
};

type ValueOf<F> = F extends Field<infer T> ? T : never;

/** What is told when the state changes by `edit` and `commit`. */
export interface StateHost {
  edited(): void;
  committed(): void;
}

/** What every state can do, beside its fields. */
export interface StateActions {
  /** Runs `change` (which sets values) as one step and replaces the current history entry. */
  edit(change: () => void): void;
  /** Closes the current history entry: the next change makes a new one. */
  commit(): void;
  /** The state for the address: `w=1.7&a=relu`, defaults left out. */
  toQuery(): string;
  /** Takes the state from an address: what is missing gets its default. Returns what could not be used. */
  load(query: string): readonly (FieldProblem & { readonly key: string })[];
  /** Back to the defaults, as one history entry. */
  reset(): void;
  /** Joins the state to an address bar. */
  connect(host: StateHost | null): void;
}

/** Signals by field name, and the actions. */
export type State<F extends Record<string, Field<unknown>>> = {
  readonly [K in keyof F]: FieldSignal<ValueOf<F[K]>, F[K] & Field<ValueOf<F[K]>>>;
} & StateActions;

/**
 * Makes a state from its fields; no field may be called like an action (`edit`, `commit`, `toQuery`, `load`, `reset`,
 * `connect`).
 *
 * @example
 * ```ts
 * const state = createState({ weightVariance: numberField("w", 1.7, { min: 0.01, max: 10 }) });
 * state.edit(() => { state.weightVariance.value = 2; });
 * state.toQuery(); // => "w=2"
 * ```
 */
export function createState<F extends Record<string, Field<unknown>>>(fields: F): State<F> {
  let host: StateHost | null = null;
  const cells = new Map<string, FieldSignal<unknown>>();
  const edit = (change: () => void): void => {
    batch(change);
    host?.edited();
  };
  const commit = (): void => host?.committed();
  for (const [name, field] of Object.entries(fields)) {
    const value = signal<unknown>(field.initial);
    const set = (next: unknown): void =>
      edit(() => {
        value.value = next;
      });
    const cell = Object.assign(value, {
      field,
      edit: set,
      commit: (next?: unknown) => {
        if (next !== undefined) set(next);
        commit();
      },
    });
    cells.set(name, cell);
  }
  const load = (query: string): (FieldProblem & { key: string })[] => {
    const given = new URLSearchParams(query);
    const problems: (FieldProblem & { key: string })[] = [];
    batch(() => {
      for (const cell of cells.values()) {
        const text = given.get(cell.field.key);
        const read = text === null ? { value: cell.field.initial } : cell.field.read(text);
        if ("problem" in read) problems.push({ key: cell.field.key, ...read.problem });
        const next = "problem" in read ? cell.field.initial : read.value;
        // an equal list or object keeps its identity, so that nothing is computed again
        if (cell.field.write(next) !== cell.field.write(cell.peek())) cell.value = next;
      }
    });
    return problems;
  };
  const actions: StateActions = {
    edit,
    commit,
    load,
    toQuery: () =>
      [...cells.values()]
        .map(({ field, value }) => [field.key, field.write(value), field.write(field.initial)] as const)
        .filter(([, text, initial]) => text !== initial)
        .map(([key, text]) => `${key}=${encode(text)}`)
        .join("&"),
    reset: () => {
      edit(() => {
        for (const cell of cells.values()) cell.value = cell.field.initial;
      });
      commit();
    },
    connect: (next) => {
      host = next;
    },
  };
  return Object.assign(Object.fromEntries(cells), actions) as unknown as State<F>;
}

/** Percent-encoding that leaves what people read (`*`, `:`, `,`, `(`, `)`, `/`) as it is. */
function encode(text: string): string {
  return encodeURIComponent(text).replace(/%(3A|2C|2F|3B|40|24)/g, (code) => decodeURIComponent(code));
}
