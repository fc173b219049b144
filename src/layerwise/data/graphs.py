"""Small graphs, as dense matrices: A[i, j] = 1 where an edge joins i and j."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]
Integers = npt.NDArray[np.int64]
Seed = int | np.random.Generator


class Graph(NamedTuple):
    """A graph whose nodes have classes.

    adjacency: (nodes, nodes), symmetric, 1 for an edge and 0 for none; no node is joined to itself.
    x: the nodes' features (nodes, features).
    y: the nodes' classes (nodes,).

    >>> import layerwise as lw
    >>> lw.data.karate_club().adjacency.shape
    (34, 34)
    """

    adjacency: Floats
    x: Floats
    y: Integers


class Graphs(NamedTuple):
    """Many graphs, each with a class, side by side: smaller ones are filled up with nodes that do not count.

    adjacency: (graphs, nodes, nodes), symmetric, 1 for an edge and 0 for none.
    x: the nodes' features (graphs, nodes, features), 0 for nodes that do not count.
    mask: which nodes count (graphs, nodes), of bool.
    y: the graphs' classes (graphs,).

    >>> import layerwise as lw
    >>> lw.data.molecules(10).mask.shape
    (10, 12)
    """

    adjacency: Floats
    x: Floats
    mask: npt.NDArray[np.bool_]
    y: Integers


def communities(
    n: int, classes: int = 2, inside: float = 0.3, between: float = 0.03, signal: float = 0.5, seed: Seed = 0
) -> Graph:
    """Groups whose members know each other more often than members of others (the stochastic block model).

    n: how many nodes there are, equally many in every group, up to one.
    classes: how many groups.
    inside, between: the probability of an edge inside a group, and between groups.
    signal: how much of its group a node shows itself. Its features are normal, with standard deviation 1 and
        mean `signal` for the one of its group and 0 for those of others: with 0, the edges alone tell.

    >>> import layerwise as lw
    >>> adjacency, x, y = lw.data.communities(60, classes=3)
    >>> x.shape, np.bincount(y).tolist()
    ((60, 3), [20, 20, 20])
    >>> same = y[:, None] == y
    >>> bool(adjacency[same].mean() > 3 * adjacency[~same].mean())
    True
    """
    if n < 0:
        raise ValueError(f"communities(): n must not be negative, got {n}")
    if classes < 1:
        raise ValueError(f"communities(): classes must be at least 1, got {classes}")
    for name, value in {"inside": inside, "between": between}.items():
        if not 0 <= value <= 1:
            raise ValueError(f"communities(): {name} must be from 0 to 1, got {value}")
    rng = np.random.default_rng(seed)
    y = rng.permutation(np.arange(n) % classes)
    probability = np.where(y[:, None] == y, inside, between)  # (n, n)
    edges = np.triu(rng.random((n, n)) < probability, k=1)  # each pair once
    x = signal * np.eye(classes)[y] + rng.standard_normal((n, classes))
    return Graph((edges | edges.T).astype(np.float32), x.astype(np.float32), y)


# Who met whom outside the club; each pair once, at the member with the smaller number, counted from 1.
KARATE = {
    1: (2, 3, 4, 5, 6, 7, 8, 9, 11, 12, 13, 14, 18, 20, 22, 32),
    2: (3, 4, 8, 14, 18, 20, 22, 31),
    3: (4, 8, 9, 10, 14, 28, 29, 33),
    4: (8, 13, 14),
    5: (7, 11),
    6: (7, 11, 17),
    7: (17,),
    9: (31, 33, 34),
    10: (34,),
    14: (34,),
    15: (33, 34),
    16: (33, 34),
    19: (33, 34),
    20: (34,),
    21: (33, 34),
    23: (33, 34),
    24: (26, 28, 30, 33, 34),
    25: (26, 28, 32),
    26: (32,),
    27: (30, 34),
    28: (34,),
    29: (32, 34),
    30: (33, 34),
    31: (33, 34),
    32: (33, 34),
    33: (34,),
}
WITH_THE_INSTRUCTOR = (1, 2, 3, 4, 5, 6, 7, 8, 9, 11, 12, 13, 14, 17, 18, 20, 22)


def karate_club() -> Graph:
    """The 34 members of a karate club that broke in two, and the 78 friendships among them.

    Class 0 went with the instructor, node 0, and class 1 with the club's officer, node 33. The features say
    nothing: every node has one of its own. From Zachary, "An information flow model for conflict and fission
        in small groups",
    Journal of Anthropological Research 33 (1977).

    >>> import layerwise as lw
    >>> adjacency, x, y = lw.data.karate_club()
    >>> int(adjacency.sum()) // 2, y.tolist().count(0)
    (78, 17)
    """
    adjacency = np.zeros((34, 34), np.float32)
    for member, others in KARATE.items():
        for other in others:
            adjacency[member - 1, other - 1] = adjacency[other - 1, member - 1] = 1
    y = np.ones(34, np.int64)
    y[np.array(WITH_THE_INSTRUCTOR) - 1] = 0
    return Graph(adjacency, np.eye(34, dtype=np.float32), y)


# Carbon, nitrogen and oxygen, by the number of their neighbors at most.
BONDS = (4, 3, 2)


def molecules(n: int, least: int = 6, most: int = 12, seed: Seed = 0) -> Graphs:
    """Invented molecules: chains, class 0, and rings, class 1, both with side branches.

    n: how many, equally many chains and rings, up to one.
    least, most: how few atoms a molecule has, from 4, and how many.

    The features say which of three kinds an atom is, with at most 4, 3 and 2 neighbors; which of those that
    allow its neighbors is left to chance. The atoms are in no order.

    >>> import layerwise as lw
    >>> adjacency, x, mask, y = lw.data.molecules(100)
    >>> edges, atoms = adjacency.sum(axis=(1, 2)) / 2, mask.sum(axis=1)
    >>> bool(np.all(edges == atoms - 1 + y))  # a ring has one edge more than a tree
    True
    """
    if n < 0:
        raise ValueError(f"molecules(): n must not be negative, got {n}")
    if not 4 <= least <= most:
        raise ValueError(f"molecules(): must have 4 <= least <= most, got least={least}, most={most}")
    rng = np.random.default_rng(seed)
    data = Graphs(
        np.zeros((n, most, most), np.float32),
        np.zeros((n, most, len(BONDS)), np.float32),
        np.zeros((n, most), np.bool_),
        rng.permutation(np.arange(n) % 2),
    )
    for adjacency, x, mask, ring in zip(*data, strict=True):
        atoms = int(rng.integers(least, most + 1))
        bonds = _bonds(atoms, bool(ring), rng)
        neighbors = bonds.sum(axis=1)
        for atom in range(atoms):
            kinds = np.flatnonzero(np.array(BONDS) >= neighbors[atom])
            x[atom, rng.choice(kinds)] = 1
        adjacency[:atoms, :atoms] = bonds
        mask[:atoms] = True
    return data


def _bonds(atoms: int, ring: bool, rng: np.random.Generator) -> Floats:
    """A chain or ring of 3 or more atoms; the others hang on wherever there is room. In random order."""
    bonds = np.zeros((atoms, atoms), np.float32)
    spine = int(rng.integers(3, atoms + 1))
    joined = list(zip(range(spine - 1), range(1, spine), strict=True)) + [(0, spine - 1)] * ring
    for i, j in joined:
        bonds[i, j] = bonds[j, i] = 1
    for atom in range(spine, atoms):
        other = rng.choice(np.flatnonzero(bonds[:atom].sum(axis=1) < max(BONDS)))
        bonds[atom, other] = bonds[other, atom] = 1
    order = rng.permutation(atoms)
    return bonds[np.ix_(order, order)]
