"""The reader's network: one MiniLM encoder with a head for tokens and a head for the text."""

from pathlib import Path

import torch
from torch import Tensor, nn
from transformers import AutoConfig, AutoModel

from models.recipe.examples import LABELS, TAGS

TAG_NAMES = ("O", *(f"{prefix}-{kind}" for kind in TAGS for prefix in ("B", "I")))


class Reader(nn.Module):
    """Tokens in; logits for each token's tag, and for each label and false claim of the text, out."""

    def __init__(self, base: Path, *, claims: tuple[str, ...], pretrained: bool = True) -> None:
        super().__init__()
        config = AutoConfig.from_pretrained(base, attn_implementation="eager")
        config.hidden_dropout_prob = config.attention_probs_dropout_prob = 0.0
        self.encoder = (
            AutoModel.from_pretrained(base, config=config, add_pooling_layer=False)
            if pretrained
            else AutoModel.from_config(config, add_pooling_layer=False)
        )
        width = config.hidden_size
        self.tags = nn.Linear(width, len(TAG_NAMES))
        # The first token and the mean of all see different things; the head may use both.
        self.hidden = nn.Linear(2 * width, width)
        self.texts = nn.Linear(width, len(LABELS) + len(claims))
        self.dropout = nn.Dropout(0.1)

    def forward(self, input_ids: Tensor, attention_mask: Tensor) -> tuple[Tensor, Tensor]:
        """`(batch, length)` ids and mask to `(batch, length, tags)` and `(batch, labels + claims)` logits."""
        states = self.encoder(input_ids=input_ids, attention_mask=attention_mask).last_hidden_state
        weights = attention_mask.unsqueeze(-1).to(states.dtype)
        mean = (states * weights).sum(1) / weights.sum(1)
        pooled = torch.nn.functional.gelu(self.hidden(torch.cat([states[:, 0], mean], dim=-1)))
        return self.tags(self.dropout(states)), self.texts(self.dropout(pooled))
