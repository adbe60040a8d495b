"""The 16 substructure observables of a jet and its image.

Observables are those of Coleman et al. (2018, arXiv:1709.08705, table 1), the set that hls4ml trains on: energy correlators of the
jet groomed with mMDT (Dasgupta et al. 2013; soft drop with beta = 0), sum z log z and multiplicity of the whole jet. With momentum
fractions z_i and distances R_ij = sqrt(dy^2 + dphi^2):

    e2(b)  = sum_{i<j} z_i z_j R_ij^b
    ve3(b) = sum_{i<j<k} z_i z_j z_k (product of the v smallest of R_ij, R_ik, R_jk)^b
    C1 = e2   C2 = 3e3 / e2^2   D2(a, b) = 3e3(a) / e2(b)^(3 a / b)   M2 = 1e3 / e2   N2 = 2e3 / e2^2

(Larkoski, Salam and Thaler 2013; Larkoski, Moult and Neill 2014; Moult, Necib and Thaler 2016.) D2(1, 1) equals D2 at b = 1; both
are kept because the published set lists both.
"""

import fastjet
import numba
import numpy as np

FEATURES = [
    "zlogz", "c1_b0", "c1_b1", "c1_b2", "c2_b1", "c2_b2", "d2_b1", "d2_b2",
    "d2_a1_b1", "d2_a1_b2", "m2_b1", "m2_b2", "n2_b1", "n2_b2", "mass_mmdt", "multiplicity",
]  # fmt: skip

Z_CUT = 0.1
SIDE = 32
HALF_WIDTH = 0.8
CAMBRIDGE = fastjet.JetDefinition(fastjet.cambridge_algorithm, fastjet.JetDefinition.max_allowable_R)


def kinematics(jet):
    """Transverse momentum, rapidity and azimuth of a jet's constituents, as arrays."""
    parts = jet.constituents()
    return np.array([(p.pt(), p.rap(), p.phi()) for p in parts]).T


def groom(jet):
    """Undoes Cambridge/Aachen clusterings until both parts carry more than Z_CUT of the momentum."""
    sequence = fastjet.ClusterSequence(list(jet.constituents()), CAMBRIDGE)
    current = fastjet.sorted_by_pt(sequence.inclusive_jets())[0]
    hard, soft = fastjet.PseudoJet(), fastjet.PseudoJet()
    while current.has_parents(hard, soft):
        first, second = hard.pt(), soft.pt()
        if min(first, second) > Z_CUT * (first + second):
            break
        current = fastjet.PseudoJet(hard if first > second else soft)
    return kinematics(current), current.m()


@numba.njit(cache=True)
def correlators(pt, y, phi):
    """e2 at b = 0, 1, 2, then 1e3, 2e3, 3e3, each at b = 1, 2."""
    n = len(pt)
    z = pt / pt.sum()
    distance = np.zeros((n, n))
    e2 = np.zeros(3)
    e3 = np.zeros((3, 2))
    for i in range(n):
        for j in range(i):
            dphi = abs(phi[i] - phi[j])
            dphi = min(dphi, 2 * np.pi - dphi)
            r = np.sqrt((y[i] - y[j]) ** 2 + dphi**2)
            distance[i, j] = r
            zz = z[i] * z[j]
            e2 += zz * np.array([1.0, r, r * r])
    for i in range(n):
        for j in range(i):
            for k in range(j):
                a, b, c = distance[i, j], distance[i, k], distance[j, k]
                zzz = z[i] * z[j] * z[k]
                low, high = min(a, b, c), max(a, b, c)
                middle = a + b + c - low - high
                for v, r in enumerate((low, low * middle, low * middle * high)):
                    e3[v, 0] += zzz * r
                    e3[v, 1] += zzz * r * r
    return e2, e3


def over(a, b):
    """a / b, and 0 for jets of a single particle."""
    return a / b if b > 0 else 0.0


def features(jet):
    """The 16 observables in the order of FEATURES."""
    pt, _, _ = kinematics(jet)
    z = pt / pt.sum()
    (groomed_pt, y, phi), mass = groom(jet)
    e2, ((m1, m2), (n1, n2), (t1, t2)) = correlators(groomed_pt, y, phi)
    return [
        np.sum(z * np.log(z)),
        e2[0], e2[1], e2[2],
        over(t1, e2[1] ** 2), over(t2, e2[2] ** 2),
        over(t1, e2[1] ** 3), over(t2, e2[2] ** 3),
        over(t1, e2[1] ** 3), over(t1, e2[2] ** 1.5),
        over(m1, e2[1]), over(m2, e2[2]),
        over(n1, e2[1] ** 2), over(n2, e2[2] ** 2),
        max(mass, 0.0),
        len(pt),
    ]  # fmt: skip


def image(jet):
    """[SIDE, SIDE] shares of momentum: centred on the mean, main axis upright, the half with more momentum above."""
    pt, y, phi = kinematics(jet)
    z = pt / pt.sum()
    offset = np.stack([y - jet.rap(), (phi - jet.phi() + np.pi) % (2 * np.pi) - np.pi])
    offset -= (offset @ z)[:, None]
    _, axes = np.linalg.eigh((offset * z) @ offset.T)
    minor, major = axes.T
    minor = np.array([major[1], -major[0]])  # a rotation, no mirror image
    across, along = minor @ offset, major @ offset
    if z[along > 0].sum() < 0.5:
        across, along = -across, -along
    edges = np.linspace(-HALF_WIDTH, HALF_WIDTH, SIDE + 1)
    pixels, _, _ = np.histogram2d(-along, across, bins=(edges, edges), weights=z)
    return pixels


def quantize(pixels):
    """One byte a pixel: 255 sqrt(share of momentum), rounded; a jet of 1 TeV keeps what is above 4 MeV."""
    return np.round(255 * np.sqrt(pixels)).astype(np.uint8)
