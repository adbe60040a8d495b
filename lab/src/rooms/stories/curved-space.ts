/**
 * The third walk: on the hyperbolic tiling {7,3} the boundary is never far, and it has its own transition. Counts of cells
 * and exact values are those of `isinglass tile` and `isinglass ising --exact` (7 edge layers); the transitions are those
 * of docs/ising.md.
 */
import type { Story } from "./types.ts";

export const curvedSpace: Story = {
  key: "boundary",
  title: "Curved space: why the boundary matters",
  idea: "In hyperbolic space most of a large region is boundary, so what happens there is felt everywhere.",
  steps: [
    {
      title: "Flat: the boundary is a thin line",
      room: "lattice",
      query: "k=square&l=64&e=free&t=2.269&a=wolff&r=3",
      figures: ["square-spins"],
      starts: "motion",
      text: [
        "Spins on a square lattice prefer to agree with their four neighbours; heat disturbs them. At the critical temperature, 2.269, patches of all sizes appear.",
        "This lattice has 64 × 64 sites and open edges. Of its 4096 sites 252 lie on the boundary, 6 percent; at twice the size it is 3 percent. In flat space one can forget the boundary by making the region larger.",
      ],
      tryThis: "Set the temperature to 2, then to 2.6: one transition separates order from disorder.",
    },
    {
      title: "Curved: most cells are boundary",
      room: "lattice",
      query: "c=layers&t=4",
      figures: ["tiling-spins"],
      text: [
        "Seven heptagons round every heptagon, three at every corner: that does not fit into the plane, it fits into the hyperbolic plane, shown here as a disc. All cells have the same size; they only look smaller near the rim.",
        "The layers hold 1, 7, 21, 56, 147, 385 and 1008 cells. The last layer alone holds 62 percent of all 1625, and every further layer is 2.618 times as large as the one before: the share never falls. The boundary cannot be forgotten.",
      ],
      tryThis: "Drag the disc: any cell can be the centre, and from each the rim looks equally near.",
    },
    {
      title: "A free boundary: too loose to order",
      room: "lattice",
      query: "t=4&a=wolff&r=3",
      figures: ["tiling-spins", "ising-scan"],
      starts: "motion",
      text: [
        "Spins on these cells, with nothing held at the rim, at temperature 4. The bulk of the hyperbolic plane orders below 5.35, so it should be cold enough. Yet the patch falls apart into regions that point up and down: the mean magnetisation is only about 0.09.",
        "A cell of the last layer has few neighbours, and flipping a whole sector costs only the few bonds that tie it to the rest. The loose rim decides for the patch.",
      ],
      tryThis:
        "Cool to 2.5: below 3.03, the lower transition, the free patch orders too and the magnetisation rises to 0.76.",
    },
    {
      title: "The same cells, the rim held",
      room: "lattice",
      query: "t=4&b=wired&a=wolff&r=3",
      figures: ["tiling-spins"],
      starts: "motion",
      text: [
        "Nothing has changed but the boundary: all rim spins are held up. At the same temperature the centre now points up with a mean of 0.892, exactly.",
        "The centre is six cells away from the rim, but that does not help it: with five layers the value is 0.895. Below 5.35 the centre knows what the boundary was told, however far away it is, because the boundary is as large as everything else.",
      ],
      tryThis: "Go back and forth between this step and the last: one temperature, two different states.",
    },
    {
      title: "Hot enough to forget",
      room: "lattice",
      query: "t=9&b=wired&a=wolff&r=3",
      figures: ["tiling-spins", "ising-scan"],
      starts: "motion",
      text: [
        "At temperature 9 the rim is still held, and its neighbours still feel it. But the message fades from layer to layer: at the centre a mean of 0.023 is left, and every further layer makes it smaller.",
        "So the curved lattice has two transitions where a flat one has one: below 3.03 even a free patch orders by itself; from 3.03 to 5.35 the boundary decides; above 5.35 the centre forgets. For a network, read depth as radius: whether the far end still hears the near one is the same question.",
      ],
      tryThis: "Find the upper transition: lower the temperature until the middle follows the rim.",
    },
  ],
  sources: [
    "Wang, Nussinov and Ortiz, Emergence of a boundary-sensitive phase in hyperbolic Ising models, 2025 (arXiv:2507.21044)",
    "Exact values: determinants of the Kac-Ward matrix (docs/ising.md)",
  ],
};
