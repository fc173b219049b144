"""A recurrent network that reads a text and predicts each next character."""

from typing import Any

from .. import functions as lw
from .. import nn
from ..tape import no_grad
from ..tensor import Tensor
from .checks import at_least, one_of, shaped
from .sampling import check_text, evaluating, next_token

CELLS = {"rnn": nn.RNN, "lstm": nn.LSTM, "gru": nn.GRU}


class CharRNN(nn.Module):
    """Characters in, and for each place the logits of the character that follows.

    h_t = cell(embedding of character t, h_(t-1));  logits_t = W h_t + b.

    vocab_size: how many different characters.
    hidden_size: of the state h.
    cell: 'rnn', 'lstm' or 'gru'.
    embedding_size: of the vectors that stand for characters; hidden_size if left out.
    num_layers: how many recurrent layers stand on one another.
    dropout: the probability with which, in training, a number between layers, and before W, is set to zero.

    >>> import layerwise as lw
    >>> model = lw.models.CharRNN(vocab_size=65, hidden_size=32)
    >>> tokens = lw.tensor([[1, 2, 3], [4, 5, 6]])  # (batch, times)
    >>> model(tokens).shape
    (2, 3, 65)
    >>> model.generate(tokens, 10, temperature=0.8).shape
    (2, 13)
    """

    def __init__(
        self,
        vocab_size: int,
        hidden_size: int,
        *,
        cell: str = "lstm",  # remembers longest
        embedding_size: int | None = None,
        num_layers: int = 1,
        dropout: float = 0.0,
    ) -> None:
        super().__init__()
        one_of("CharRNN", CELLS, cell=cell)
        embedding_size = hidden_size if embedding_size is None else embedding_size
        at_least("CharRNN", 1, vocab_size=vocab_size, hidden_size=hidden_size, num_layers=num_layers)
        at_least("CharRNN", 1, embedding_size=embedding_size)
        self.cell, self.hidden_size = cell, hidden_size
        between = dropout if num_layers > 1 else 0.0
        self.embedding = nn.Embedding(vocab_size, embedding_size)
        self.rnn: Any = CELLS[cell](
            embedding_size, hidden_size, num_layers, batch_first=True, dropout=between
        )
        self.dropout = nn.Dropout(dropout)
        self.head = nn.Linear(hidden_size, vocab_size)
        self._start()

    def forward(self, tokens: Tensor) -> Tensor:
        """tokens (batch, times) -> logits (batch, times, vocab_size), from a state of zeros on"""
        logits, _ = self.read(tokens)
        return logits

    def read(self, tokens: Tensor, state: Any = None) -> tuple[Tensor, Any]:
        """The logits, and the state after the last token, with which to read on; None for the one at first.

        For truncated backpropagation through time read a text piece by piece, and detach the state between.
        """
        shaped("CharRNN", ("batch", "times"), tokens=tokens)
        x = self.embedding(tokens)  # (batch, times, embedding_size)
        h, state = self.rnn(x, state)  # (batch, times, hidden_size), the layers' last states
        logits: Tensor = self.head(self.dropout(h))  # (batch, times, vocab_size)
        return logits, state

    @no_grad()
    def generate(
        self,
        tokens: Tensor,
        steps: int,
        *,
        temperature: float = 1.0,
        top_k: int | None = None,
        generator: Any = None,
    ) -> Tensor:
        """Go on with a text: tokens (batch, times) -> (batch, times + steps), of which the first are given.

        temperature, top_k, generator: see `next_token`. There is no dropout meanwhile.
        """
        check_text("CharRNN", tokens, steps)
        new, state = tokens, None
        with evaluating(self):
            for _ in range(steps):
                logits, state = self.read(new, state)  # what was read before is in the state
                new = next_token(logits[:, -1], temperature, top_k, generator)  # (batch, 1)
                tokens = lw.cat([tokens, new], dim=1)
        return tokens

    def _start(self) -> None:
        nn.init.normal_(self.embedding.weight, std=self.embedding.embedding_dim**-0.5)  # vectors of length 1
        for name, parameter in self.rnn.named_parameters():
            n = self.hidden_size
            if name.startswith("bias"):
                nn.init.zeros_(parameter)
                if self.cell == "lstm" and name.startswith("bias_ih"):
                    nn.init.ones_(parameter.detach()[n : 2 * n])  # forget gates start open (Jozefowicz, 2015)
            elif name.startswith("weight_hh"):
                for gate in parameter.detach().split(n):  # each (n, n): turns the state, keeps its length
                    nn.init.orthogonal_(gate)
            else:
                nn.init.xavier_uniform_(parameter)
