"""Simulates the jets of datasets/jets/jets.npz: pp at 13 TeV, five classes, about 1 TeV, anti-kT with R = 0.8.

    python datasets/jets/generate.py --jets 10000 --seed 1 --output datasets/jets/jets.npz

Pythia 8 with its default tune: initial and final state radiation, multiparton interactions and hadronisation are on, there is no
detector. One jet per event: the leading one or two jets that lie within 0.4 of a parton or boson of the hard process are
candidates, and one of them is drawn. Quarks (d, u, s, c, b) and gluons come from 2 -> 2 scattering, top quarks in pairs. W and Z
come in pairs from a narrow scalar of 2.05 TeV, so that they are longitudinal and share their momentum evenly between two prongs;
in the pair production of the Standard Model one prong in five carries less than a tenth and is groomed away. All bosons decay to
quarks. Hard transverse momenta are 0.95 to 1.05 TeV, so that classes do not differ by momentum.
"""

import argparse
import time

import fastjet
import numpy as np
import pythia8mc as pythia8
from pack import write
from substructure import FEATURES, SIDE, features, image, quantize

CLASSES = ["quark", "gluon", "W", "Z", "top"]
HADRONIC = ["23:onMode = off", "23:onIfAny = 1 2 3 4 5", "24:onMode = off", "24:onIfAny = 1 2 3 4 5"]
SCALAR = ["HiggsSM:gg2H = on", "25:m0 = 2050.", "25:doForceWidth = on", "25:mWidth = 5.", "25:mMin = 2000.", "25:mMax = 2150.",
          "25:onMode = off"]
QUARK_PAIRS = ["gg2qqbar", "qqbar2qqbarNew", "gg2ccbar", "qqbar2ccbar", "gg2bbbar", "qqbar2bbbar", "qq2qq"]
PROCESSES = {
    "quark": [f"HardQCD:{name} = on" for name in QUARK_PAIRS],
    "gluon": ["HardQCD:gg2gg = on", "HardQCD:qqbar2gg = on"],
    "W": [*SCALAR, "25:onIfMatch = 24 -24"],
    "Z": [*SCALAR, "25:onIfMatch = 23 23"],
    "top": ["Top:gg2ttbar = on", "Top:qqbar2ttbar = on"],
}  # fmt: skip
IDENTITIES = {"quark": {1, 2, 3, 4, 5}, "gluon": {21}, "W": {24}, "Z": {23}, "top": {6}}
NEUTRINOS = {12, 14, 16}

RADIUS = 0.8
MATCH = 0.4
HARD_PT = (950.0, 1050.0)
JET_PT = (800.0, 1200.0)
MAX_ETA = 2.5
DEFINITION = fastjet.JetDefinition(fastjet.antikt_algorithm, RADIUS)


class Window(pythia8.UserHooks):
    """Drops hard processes outside HARD_PT before they are showered; called where a resonance has decayed."""

    def __init__(self, identities):
        super().__init__()
        self.identities = identities

    def canVetoResonanceDecays(self):
        return True

    def doVetoResonanceDecays(self, process):
        momenta = [p.pT() for p in process if p.statusAbs() in (22, 23) and p.idAbs() in self.identities]
        return not any(HARD_PT[0] < pt < HARD_PT[1] for pt in momenta)


def simulator(name, seed):
    pythia = pythia8.Pythia("", False)
    common = ["Print:quiet = on", "Random:setSeed = on", f"Random:seed = {seed}", "Beams:eCM = 13000.", *HADRONIC]
    window = [f"PhaseSpace:pTHatMin = {HARD_PT[0]}", f"PhaseSpace:pTHatMax = {HARD_PT[1]}"]
    for line in common + window + PROCESSES[name]:
        if not pythia.readString(line):
            raise ValueError(f"Pythia does not know: {line}")
    hook = Window(IDENTITIES[name])
    pythia.setUserHooksPtr(hook)
    if not pythia.init():
        raise RuntimeError(f"Pythia cannot start {name}")
    return pythia, hook


def hard_particles(event, identities):
    """Outgoing particles of the hard process (status 22 or 23) of a class; heavy ones at their last copy."""
    for particle in event:
        if particle.statusAbs() in (22, 23) and particle.idAbs() in identities:
            yield event[particle.iBotCopyId()] if particle.idAbs() in (6, 23, 24) else particle


def jets_of(event, name):
    """Jets of an event that belong to the class."""
    visible = [
        fastjet.PseudoJet(p.px(), p.py(), p.pz(), p.e())
        for p in event
        if p.isFinal() and p.idAbs() not in NEUTRINOS and abs(p.eta()) < 5
    ]
    sequence = fastjet.ClusterSequence(visible, DEFINITION)
    leading = fastjet.sorted_by_pt(sequence.inclusive_jets(JET_PT[0]))[:2]
    targets = [fastjet.PseudoJet(p.px(), p.py(), p.pz(), p.e()) for p in hard_particles(event, IDENTITIES[name])]
    found = [
        jet
        for jet in leading
        if jet.pt() < JET_PT[1] and abs(jet.eta()) < MAX_ETA and any(jet.delta_R(target) < MATCH for target in targets)
    ]
    return found, sequence


def simulate(name, count, seed):
    """`count` jets of a class: features, quantised images, and the number of events they took."""
    pythia, _hook = simulator(name, seed)  # Pythia calls the hook, Python has to keep it
    stream = np.random.default_rng(seed)
    rows = np.zeros((count, len(FEATURES)))
    images = np.zeros((count, SIDE, SIDE), np.uint8)
    events = done = 0
    start = time.process_time()
    while done < count:
        if not pythia.next():
            continue
        events += 1
        found, _sequence = jets_of(pythia.event, name)
        if not found:
            continue
        jet = found[stream.integers(len(found))]
        rows[done], images[done] = features(jet), quantize(image(jet))
        done += 1
        if done % 1000 == 0:
            print(f"{name}: {done} jets, {events} events, {time.process_time() - start:.0f} s", flush=True)
    return rows, images, events


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--jets", type=int, default=10000, help="jets of each class")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--test", type=float, default=0.2, help="share kept for the test")
    parser.add_argument("--output", default="datasets/jets/jets.npz")
    args = parser.parse_args()
    rows, images, events = zip(*(simulate(name, args.jets, 10 * args.seed + k) for k, name in enumerate(CLASSES)))
    labels = np.repeat(np.arange(len(CLASSES), dtype=np.uint8), args.jets)
    size = write(args.output, np.concatenate(rows), np.concatenate(images), labels, args.test, args.seed)
    print(f"{args.output}: {size} bytes; events {dict(zip(CLASSES, events))}")


if __name__ == "__main__":
    main()
