"""Tiny transformers, randomly initialised, in folders of the form in which pretrained ones come."""

import json
import shutil
from string import ascii_lowercase

HIDDEN = 32
POSITIONS = 64
MARKS = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
INFERENCE = ("contradiction", "entailment", "neutral")


def write_tokenizer(folder, texts):
    """Write a tokenizer that knows the words of these texts and spells all others; return its size."""
    from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors
    from transformers import PreTrainedTokenizerFast

    normaliser, cutter = normalizers.BertNormalizer(), pre_tokenizers.BertPreTokenizer()
    cut = [cutter.pre_tokenize_str(normaliser.normalize_str(text)) for text in texts]
    words = sorted({word for row in cut for word, _ in row})
    letters = sorted(set("".join(words)) | set(ascii_lowercase))
    pieces = dict.fromkeys([*MARKS, *letters, *(f"##{letter}" for letter in letters), *words])
    vocabulary = {piece: i for i, piece in enumerate(pieces)}
    made = Tokenizer(models.WordPiece(vocabulary, unk_token="[UNK]"))
    made.normalizer, made.pre_tokenizer = normaliser, cutter
    made.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]",
        pair="[CLS] $A [SEP] $B:1 [SEP]:1",
        special_tokens=[(mark, vocabulary[mark]) for mark in ("[CLS]", "[SEP]")],
    )
    names = {f"{mark[1:-1].lower()}_token": mark for mark in MARKS}
    inputs = ["input_ids", "token_type_ids", "attention_mask"]
    fast = PreTrainedTokenizerFast(
        tokenizer_object=made, model_max_length=POSITIONS, model_input_names=inputs, **names
    )
    fast.save_pretrained(folder)
    return len(vocabulary)


def write_model(folder, texts, *, outputs=None, seed=0):
    """Write a model of two layers and its tokenizer; return the folder.

    Without ``outputs`` it is an encoder, as pretrained models come; with names for its outputs it has a
    head, as a model has that was trained to classify.
    """
    import torch
    from transformers import BertConfig, BertForSequenceClassification, BertModel

    from harness.models.hf.computing import reproducible, seed_torch

    folder.mkdir(parents=True)
    with reproducible("cpu", 1):
        config = BertConfig(
            vocab_size=write_tokenizer(folder, texts),
            hidden_size=HIDDEN,
            num_hidden_layers=2,
            num_attention_heads=2,
            intermediate_size=2 * HIDDEN,
            max_position_embeddings=POSITIONS,
            initializer_range=0.2,  # so that random logits differ by more than rounding
        )
        if outputs:
            config.id2label = dict(enumerate(outputs))
            config.label2id = {name: i for i, name in enumerate(outputs)}
        seed_torch("cpu", seed)
        with torch.no_grad():
            made = BertForSequenceClassification(config) if outputs else BertModel(config)
        made.save_pretrained(folder)
    return folder


def edit_config(folder, **changes):
    """Change keys of a model's ``config.json``; a value of ``...`` takes the key out."""
    path = folder / "config.json"
    config = json.loads(path.read_text(encoding="utf-8"))
    for key, value in changes.items():
        if value is ...:
            config.pop(key, None)
        else:
            config[key] = value
    path.write_text(json.dumps(config), encoding="utf-8")


def into_cache(folder, cache, name, commit="0" * 40):
    """Put a model's folder into a local Hugging Face cache, as if ``name`` had been downloaded."""
    at = cache / f"models--{name.replace('/', '--')}"
    (at / "refs").mkdir(parents=True)
    (at / "refs" / "main").write_text(commit, encoding="utf-8")
    shutil.copytree(folder, at / "snapshots" / commit)
