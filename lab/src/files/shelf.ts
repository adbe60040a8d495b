/** Dropped files, by name, as long as the tab lives: an address holds only their names. */
import { computed, type ReadonlySignal, type Signal, signal } from "@preact/signals";

/** Files of one kind. */
export interface Shelf {
  /** Keeps a file under its name. */
  put(file: File): void;
  /** The file that `name` names, if it was dropped into this tab. */
  named(name: Signal<string>): ReadonlySignal<File | null>;
}

/** An empty shelf. */
export function createShelf(): Shelf {
  const files: Signal<ReadonlyMap<string, File>> = signal(new Map());
  return {
    put(file) {
      files.value = new Map(files.peek()).set(file.name, file);
    },
    named: (name) => computed(() => files.value.get(name.value) ?? null),
  };
}

/** Endings of data files that are read. */
export const DATA_ENDINGS = [".npy", ".npz", ".csv", ".safetensors", ".gz"] as const;

/** Whether a file is taken for data; all others are taken for models, whose reader says what is wrong. */
export function isDataFile({ name }: Pick<File, "name">): boolean {
  return DATA_ENDINGS.some((ending) => name.toLowerCase().endsWith(ending));
}
