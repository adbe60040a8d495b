/** Pictures of a run's past, one bit a spin: every so many sweeps, and when there are too many every second is dropped. */

/** Pictures of the past. */
export interface Past {
  readonly count: number;
  /** Sweeps between two pictures. */
  readonly stride: number;
  /** Keeps a picture when it is due. `read` is asked only then. */
  offer(sweeps: number, read: () => Int8Array): void;
  /** Spins at sweep index * stride, 255 up and 0 down. */
  show(index: number, out: Uint8Array): void;
  clear(): void;
}

const MOST_PICTURES = 128;

/** An empty past. */
export function createPast(): Past {
  let pictures: Uint8Array[] = [];
  let stride = 1;
  return {
    get count() {
      return pictures.length;
    },
    get stride() {
      return stride;
    },
    offer(sweeps, read) {
      if (sweeps !== pictures.length * stride) return;
      if (pictures.length === MOST_PICTURES) {
        pictures = pictures.filter((_, k) => k % 2 === 0);
        stride *= 2;
      }
      if (sweeps === pictures.length * stride) pictures.push(pack(read()));
    },
    show(index, out) {
      const bits = pictures[index];
      if (bits === undefined) return;
      for (let i = 0; i < out.length; i++) out[i] = (((bits[i >> 3] as number) >> (i & 7)) & 1) * 255;
    },
    clear() {
      pictures = [];
      stride = 1;
    },
  };
}

function pack(spins: Int8Array): Uint8Array {
  const bits = new Uint8Array((spins.length + 7) >> 3);
  for (let i = 0; i < spins.length; i++)
    if ((spins[i] as number) > 0) bits[i >> 3] = (bits[i >> 3] as number) | (1 << (i & 7));
  return bits;
}
