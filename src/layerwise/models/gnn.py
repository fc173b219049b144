"""Graph neural networks: every node hears from its neighbors, layer by layer."""

from collections.abc import Sequence

from .. import functions as lw
from .. import nn
from ..tensor import Tensor
from .checks import at_least, each_at_least, one_of, shaped
from .start import he


class GNN(nn.Module):
    """Scores for the nodes of a graph, or with `readout` for whole graphs.

    in_features, out_features: of each node, and of the scores.
    hidden: the features of the layers between, one number each.
    kind: how nodes listen: 'gcn', `GraphConvolution`, a fixed mean; 'gat', `GraphAttention`, a learned one;
        'gin', `GraphIsomorphism`, a sum.
    readout: None for scores of nodes; 'mean' for scores of graphs, from the mean of the nodes.
    heads: of attention, for 'gat'; they share the hidden features.
    dropout: the probability with which, in training, a hidden number is set to zero.

    Called with x (..., nodes, in_features) and the adjacency matrix (..., nodes, nodes), 1 where there is an
    edge (or its weight): one graph, or as many as the leading dimensions say. Graphs of different sizes are
    filled up with nodes without edges; `mask` (..., nodes), True for nodes that exist, keeps those out of the
    mean.

    >>> import layerwise as lw
    >>> path = lw.tensor([[0.0, 1.0, 0.0], [1.0, 0.0, 1.0], [0.0, 1.0, 0.0]])  # 0 - 1 - 2
    >>> lw.models.GNN(4, [16], 2)(lw.ones(3, 4), path).shape
    (3, 2)
    >>> lw.models.GNN(4, [16, 16], 2, kind="gin", readout="mean")(lw.ones(3, 4), path).shape
    (2,)
    """

    def __init__(
        self,
        in_features: int,
        hidden: Sequence[int],
        out_features: int,
        *,
        kind: str = "gcn",  # the simplest, and the fewest parameters
        readout: str | None = None,
        heads: int = 1,
        dropout: float = 0.0,
    ) -> None:
        super().__init__()
        at_least("GNN", 1, in_features=in_features, out_features=out_features, heads=heads)
        each_at_least("GNN", 1, hidden=hidden)
        one_of("GNN", ("gcn", "gat", "gin"), kind=kind)
        one_of("GNN", (None, "mean"), readout=readout)
        if heads > 1 and kind != "gat":
            raise ValueError(f"GNN(): heads are for kind 'gat', got {heads} for {kind!r}")
        if readout is not None and not hidden:
            raise ValueError(f"GNN(): a readout needs at least one hidden layer, got {list(hidden)}")
        self.in_features = in_features
        sizes = [in_features, *hidden]
        if readout is None:
            sizes.append(out_features)  # the last layer gives the scores, as in Kipf and Welling (2017)

        layers: list[nn.Module] = []
        for i in range(len(sizes) - 1):
            last = readout is None and i == len(hidden)
            if kind == "gcn":
                layers.append(GraphConvolution(sizes[i], sizes[i + 1]))
            elif kind == "gat":
                layers.append(GraphAttention(sizes[i], sizes[i + 1], 1 if last else heads))
            else:
                layers.append(GraphIsomorphism(sizes[i], sizes[i + 1]))
        self.layers = nn.ModuleList(layers)
        self.dropout = nn.Dropout(dropout)
        self.head = None if readout is None else nn.Linear(sizes[-1], out_features)

    def forward(self, x: Tensor, adjacency: Tensor, mask: Tensor | None = None) -> Tensor:
        """x (..., nodes, in_features), adjacency (..., nodes, nodes), mask (..., nodes)

        -> scores (..., nodes, out_features), or (..., out_features) with a readout
        """
        shaped("GNN", ("...", "nodes", self.in_features), x=x)
        nodes = tuple(x.shape[:-1])
        shaped("GNN", (*nodes, nodes[-1]), adjacency=adjacency)
        for i, layer in enumerate(self.layers):
            if i > 0:
                x = self.dropout(x.relu())
            x = layer(x, adjacency)  # (..., nodes, features)
        if self.head is None:
            return x
        x = x.relu()
        if mask is None:
            pooled = x.mean(-2)  # (..., features): the order of the nodes does not matter
        else:
            shaped("GNN", nodes, mask=mask)
            real = mask.type_as(x).unsqueeze(-1)  # (..., nodes, 1)
            pooled = (x * real).sum(-2) / real.sum(-2)  # (..., features)
        scores: Tensor = self.head(pooled)  # (..., out_features)
        return scores


class GraphConvolution(nn.Module):
    """Y = D^(-1/2) (A + I) D^(-1/2) X W + b, D the degrees of A + I: a mean over a node and its neighbors.

    By Kipf and Welling (2017). An edge counts the less, the more edges its two ends have: this keeps the
    largest eigenvalue of the matrix at 1, so that many layers neither blow up nor fade.

    >>> import layerwise as lw
    >>> edge = lw.tensor([[0.0, 1.0], [1.0, 0.0]])  # 0 - 1
    >>> layer = lw.models.GraphConvolution(1, 1)
    >>> _ = lw.nn.init.ones_(layer.linear.weight)
    >>> layer(lw.tensor([[1.0], [3.0]]), edge).detach()
    tensor([[2.],
            [2.]])
    """

    def __init__(self, in_features: int, out_features: int) -> None:
        super().__init__()
        self.linear = nn.Linear(in_features, out_features, bias=False)
        self.bias = nn.Parameter(lw.zeros(out_features))  # added after the mean
        nn.init.xavier_uniform_(self.linear.weight)  # the paper's

    def forward(self, x: Tensor, adjacency: Tensor) -> Tensor:
        """x (..., nodes, in_features), adjacency (..., nodes, nodes) -> (..., nodes, out_features)"""
        x = self.linear(x)  # (..., nodes, out_features)
        degree = adjacency.sum(-1, keepdim=True) + 1  # (..., nodes, 1): each node is also its own neighbor
        x = degree**-0.5 * x
        return degree**-0.5 * (adjacency @ x + x) + self.bias


class GraphAttention(nn.Module):
    """y_i = Σ_j α_ij W x_j + b, j over i and its neighbors; α_ij = softmax_j φ(a · W x_i + a' · W x_j).

    By Veličković et al. (2018): which neighbors matter is learned. φ is a leaky ReLU. In several heads, each
    with its own W, a and a', whose outputs stand side by side.

    >>> import layerwise as lw
    >>> edge = lw.tensor([[0.0, 1.0], [1.0, 0.0]])  # 0 - 1
    >>> lw.models.GraphAttention(3, 8, heads=4)(lw.ones(2, 3), edge).shape
    (2, 8)
    """

    def __init__(self, in_features: int, out_features: int, heads: int = 1) -> None:
        super().__init__()
        at_least("GraphAttention", 1, in_features=in_features, out_features=out_features, heads=heads)
        if out_features % heads:
            raise ValueError(
                f"GraphAttention(): out_features must be a multiple of heads, {heads}, got {out_features}"
            )
        self.heads, self.features = heads, out_features // heads
        self.linear = nn.Linear(in_features, out_features, bias=False)
        self.listener = nn.Parameter(lw.zeros(heads, self.features, 1))  # a
        self.speaker = nn.Parameter(lw.zeros(heads, self.features, 1))  # a'
        self.bias = nn.Parameter(lw.zeros(out_features))
        for weight in (self.linear.weight, self.listener, self.speaker):  # the paper's
            nn.init.xavier_uniform_(weight)

    def forward(self, x: Tensor, adjacency: Tensor) -> Tensor:
        """x (..., nodes, in_features), adjacency (..., nodes, nodes) -> (..., nodes, out_features)"""
        nodes = x.shape[-2]
        x = self.linear(x).unflatten(-1, (self.heads, self.features)).transpose(-3, -2)
        # x (..., heads, nodes, features)
        scores = x @ self.listener + (x @ self.speaker).mT  # (..., heads, nodes, nodes), i a row, j a column
        scores = nn.functional.leaky_relu(scores, 0.2)  # φ, with the paper's slope
        apart = (adjacency + lw.eye(nodes).type_as(adjacency)) == 0  # (..., nodes, nodes)
        scores = scores.masked_fill(apart.unsqueeze(-3), float("-inf"))
        y = scores.softmax(-1) @ x  # (..., heads, nodes, features)
        return y.transpose(-3, -2).flatten(-2) + self.bias  # the heads side by side

    def extra_repr(self) -> str:
        return f"heads={self.heads}"


class GraphIsomorphism(nn.Module):
    """y_i = f((1 + ε) x_i + Σ_j x_j), j over the neighbors of i, f a perceptron with one hidden layer.

    By Xu et al. (2019). A sum tells how many neighbors there are, a mean does not: so it tells more graphs
    apart.

    >>> import layerwise as lw
    >>> edge = lw.tensor([[0.0, 1.0], [1.0, 0.0]])  # 0 - 1
    >>> lw.models.GraphIsomorphism(3, 8)(lw.ones(2, 3), edge).shape
    (2, 8)
    """

    def __init__(self, in_features: int, out_features: int) -> None:
        super().__init__()
        self.epsilon = nn.Parameter(lw.zeros(1))
        hidden = max(in_features, out_features)  # no narrow place between the two
        self.first = nn.Linear(in_features, hidden)
        self.second = nn.Linear(hidden, out_features)
        self.apply(he)

    def forward(self, x: Tensor, adjacency: Tensor) -> Tensor:
        """x (..., nodes, in_features), adjacency (..., nodes, nodes) -> (..., nodes, out_features)"""
        x = (1 + self.epsilon) * x + adjacency @ x  # (..., nodes, in_features)
        y: Tensor = self.second(self.first(x).relu())  # (..., nodes, out_features)
        return y
