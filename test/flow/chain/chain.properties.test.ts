import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ShapeError } from "../../../src/base/index.ts";
import { interpret } from "../../../src/engine/index.ts";
import { chainOfNetwork } from "../../../src/flow/chain/index.ts";
import {
  bindParameters,
  buildNetwork,
  initialize,
  type NetworkGraph,
  type NetworkSpec,
  parseNetwork,
} from "../../../src/networks/index.ts";
import { createStream } from "../../../src/numerics/index.ts";
import { composed, decodedShape, smoothInput } from "./compose.ts";

const channels = fc.integer({ min: 1, max: 4 });
const kernel = fc.integer({ min: 1, max: 5 });
const stride = fc.integer({ min: 1, max: 3 });

/** Layers on images: text of one item of a specification. */
const imageItem = fc.oneof(
  fc.tuple(channels, kernel, stride).map(([c, k, s]) => `c${c}k${k}/${s}`),
  fc.tuple(channels, fc.integer({ min: 1, max: 2 })).map(([c, s]) => `b${c}/${s}`),
);
const image = fc
  .record({
    shape: fc.tuple(channels, fc.integer({ min: 5, max: 9 }), fc.integer({ min: 5, max: 9 })),
    items: fc.array(imageItem, { minLength: 1, maxLength: 3 }),
    end: fc.constantFrom("", "-gap", "-3", "-gap-3-4"),
    padding: fc.constantFrom("", " padding=circular"),
  })
  .map(({ shape, items, end, padding }) => `${shape.join("x")}-${items.join("-")}${end} %${padding}`);

const width = fc.integer({ min: 1, max: 6 });
const vector = fc
  .tuple(
    width,
    fc.array(
      fc.oneof(
        width,
        width.map((n) => `b${n}`),
      ),
      { minLength: 1, maxLength: 4 },
    ),
  )
  .map(([input, items]) => `${input}-${items.join("-")} %`);

const generator = fc
  .tuple(width, channels, fc.array(fc.tuple(channels, kernel, stride), { minLength: 1, maxLength: 2 }))
  .map(
    ([latent, c, ups]) =>
      `generator:${latent}-${c}x2x3-${ups.map(([n, k, s]) => `t${n}k${k}/${s}`).join("-")} %`,
  );

const settings = fc.tuple(
  fc.constantFrom("tanh", "relu", "gelu", "linear", "leaky-relu"),
  fc.constantFrom("", " norm=layer", " norm=batch"),
  fc.constantFrom("", " bias=no"),
);
const networks = fc
  .tuple(fc.oneof(image, vector, generator), settings)
  .map(([text, [activation, norm, bias]]) => `${text.replace("%", activation)}${norm}${bias}`);

/** The network; null where circular padding is wider than the image. */
function built(spec: NetworkSpec, batch: number): NetworkGraph | null {
  try {
    return buildNetwork(spec, { batch });
  } catch (error) {
    if (error instanceof ShapeError) return null;
    throw error;
  }
}

describe("the chain of any network", () => {
  it("computes what the network computes, block by block, and every decoder leads back", () => {
    fc.assert(
      fc.property(networks, fc.integer({ min: 1, max: 3 }), (text, batch) => {
        const spec = parseNetwork(text);
        const network = built(spec, batch);
        fc.pre(network !== null);
        const { values } = initialize(network, spec.initialization, createStream(7));
        const chain = chainOfNetwork(network, values);
        const input = smoothInput(network.input.shape);
        const { logits } = interpret(bindParameters(network, values), { input });
        const { output } = interpret(composed(chain, batch), { input });
        expect(output?.data).toEqual(logits?.data);
        expect(chain.blocks.flatMap(({ layers }) => layers).toSorted()).toEqual(
          network.layers.map(({ name }) => name).toSorted(),
        );
        for (const block of chain.blocks) {
          expect([block.name, ...decodedShape(block, 2)]).toEqual([block.name, ...block.inputShape]);
        }
      }),
      { numRuns: 60 },
    );
  });
});
