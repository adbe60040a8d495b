/** A dropped file of examples as a dataset: small files whole, of large ones a part, which the provenance states. */
import { type Dataset, type DatasetParts, type LoadOptions, loadDataset } from "../../../src/data/index.ts";
import { readExcerpt } from "./excerpt.ts";

/**
 * Loads what was dropped; options as in `loadDataset`.
 *
 * @throws as `readExcerpt` and `loadDataset`
 */
export async function loadDropped(
  dropped: File,
  options: LoadOptions & { readonly signal?: AbortSignal } = {},
): Promise<DatasetParts> {
  const { signal, ...how } = options;
  // the library reads arrays by name from npz; an excerpt of safetensors is one
  const isSafetensors = dropped.name.toLowerCase().endsWith(".safetensors");
  const { file, note } = await readExcerpt(dropped, {
    ...(isSafetensors ? { wholeBelow: 0 } : {}),
    ...(signal === undefined ? {} : { signal }),
  });
  const { train, test } = await loadDataset(file, how);
  const noted = (dataset: Dataset): Dataset =>
    note === null ? dataset : { ...dataset, provenance: [note, ...dataset.provenance] };
  return { train: noted(train), test: test === null ? null : noted(test) };
}
