"""Step 2: train the reader in three stages: the broad mix, our own field, and our own field once more, slower.

Seeded and resumable: a checkpoint is written after every epoch, and a run that finds one goes on from it.
What a source does not say is masked out of the loss.
"""

import argparse
import hashlib
import random
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import torch
from tokenizers import Tokenizer
from torch import Tensor

from models.recipe.augment import augment
from models.recipe.encode import UNKNOWN_TAG, Encoded, encode, load_tokenizer
from models.recipe.examples import Example, claim_ids, read_examples
from models.recipe.network import Reader

_BASE_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"


@dataclass(frozen=True, slots=True)
class Settings:
    """One stage of training."""

    epochs: int
    rate: float
    batch: int = 32
    longest: int = 96
    tag_weight: float = 1.0
    smoothing: float = 0.0


def batches(encoded: list[Encoded], size: int, rng: random.Random) -> Iterator[list[Encoded]]:
    """Batches of texts of nearly one length, in random order."""
    order = sorted(range(len(encoded)), key=lambda index: (len(encoded[index].ids), rng.random()))
    groups = [order[start : start + size] for start in range(0, len(order), size)]
    rng.shuffle(groups)
    for group in groups:
        yield [encoded[index] for index in group]


def tensors(batch: list[Encoded]) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """Ids, mask, tag targets and text targets of a batch, padded at the end."""
    longest = max(len(one.ids) for one in batch)
    ids = torch.tensor([one.ids + [0] * (longest - len(one.ids)) for one in batch])
    mask = torch.tensor([[1] * len(one.ids) + [0] * (longest - len(one.ids)) for one in batch])
    tags = torch.tensor([one.tags + [UNKNOWN_TAG] * (longest - len(one.tags)) for one in batch])
    texts = torch.tensor([one.texts for one in batch], dtype=torch.float32)
    return ids, mask, tags, texts


def loss_of(model: Reader, batch: list[Encoded], settings: Settings, weights: Tensor) -> Tensor:
    """The masked loss: tags by cross entropy, labels and claims by binary cross entropy."""
    ids, mask, tags, texts = tensors(batch)
    tag_logits, text_logits = model(ids, mask)
    known = texts >= 0
    loss = torch.zeros(())
    if known.any():
        targets = texts.clamp(min=0) * (1 - 2 * settings.smoothing) + settings.smoothing
        each = torch.nn.functional.binary_cross_entropy_with_logits(text_logits, targets, pos_weight=weights, reduction="none")
        # A sum over labels and a mean over texts: one label's gradient must not shrink as labels are added.
        loss = loss + (each * known).sum() / len(batch)
    if (tags != UNKNOWN_TAG).any():
        each = torch.nn.functional.cross_entropy(tag_logits.flatten(0, 1), tags.flatten(), ignore_index=UNKNOWN_TAG)
        loss = loss + settings.tag_weight * 4 * each
    return loss


def positive_weights(encoded: list[Encoded]) -> Tensor:
    """How much more a rare label's positives count: the square root of its odds, within 1..6."""
    texts = torch.tensor([one.texts for one in encoded])
    positives = (texts == 1).sum(0).float()
    negatives = (texts == 0).sum(0).float()
    return (negatives / positives.clamp(min=1)).sqrt().clamp(1, 6)


def train_stage(
    model: Reader,
    examples: list[Example],
    tokenizer: Tokenizer,
    claims: tuple[str, ...],
    settings: Settings,
    *,
    checkpoint: Path,
    seed: int,
) -> None:
    """Train in place, from the checkpoint when there is one."""
    optimizer = torch.optim.AdamW(model.parameters(), lr=settings.rate, weight_decay=0.01)
    steps = settings.epochs * -(-len(examples) // settings.batch)
    warmup = max(1, steps // 10)
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda step: min(step / warmup, max(0.02, (steps - step) / max(1, steps - warmup)))
    )
    first = 0
    if checkpoint.exists():
        state = torch.load(checkpoint, weights_only=True)
        model.load_state_dict(state["model"])
        optimizer.load_state_dict(state["optimizer"])
        schedule.load_state_dict(state["schedule"])
        first = state["epoch"] + 1
        print(f"{checkpoint.name}: goes on after epoch {first}", flush=True)
    for epoch in range(first, settings.epochs):
        rng = random.Random(f"{seed}/{checkpoint.name}/{epoch}")
        torch.manual_seed(rng.getrandbits(32))
        encoded = [encode(_augmented(example, rng), tokenizer, claims) for example in examples]
        weights = positive_weights(encoded)
        model.train()
        begun, seen, total = time.monotonic(), 0, 0.0
        for number, batch in enumerate(batches(encoded, settings.batch, rng)):
            loss = loss_of(model, batch, settings, weights)
            optimizer.zero_grad(set_to_none=True)
            loss.backward()
            torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimizer.step()
            schedule.step()
            seen += len(batch)
            total += float(loss.detach()) * len(batch)
            if number % 50 == 49:
                rate = seen / (time.monotonic() - begun)
                print(
                    f"{checkpoint.name} epoch {epoch + 1}/{settings.epochs}: {seen}/{len(encoded)}, loss {total / seen:.3f}, {rate:.0f}/s",
                    flush=True,
                )
        state = {"model": model.state_dict(), "optimizer": optimizer.state_dict(), "schedule": schedule.state_dict(), "epoch": epoch}
        partial = checkpoint.with_suffix(".partial")
        torch.save(state, partial)
        partial.replace(checkpoint)


def _augmented(example: Example, rng: random.Random) -> Example:
    text, spans = augment(example.text, example.spans, rng)
    return replace(example, text=text, spans=spans)


def stage_one(prepared: Path) -> list[Example]:
    """The broad mix: content labels and spans of other people's texts."""
    return [*read_examples(prepared / "mix.train.jsonl"), *read_examples(prepared / "pii.train.jsonl")]


def stage_two(prepared: Path, *, seed: int, replay: int) -> list[Example]:
    """Our own field, with a sample of the mix so that it is not forgotten."""
    rng = random.Random(seed)
    mixed = stage_one(prepared)
    return [*read_examples(prepared / "domain.train.jsonl"), *rng.sample(mixed, min(replay, len(mixed)))]


def stage_three(prepared: Path, *, seed: int, repeat: int) -> list[Example]:
    """Our own field once more, slower, with the scenarios repeated: they are judged as decisions are."""
    examples = stage_two(prepared, seed=seed, replay=1500)
    judged = [one for one in examples if one.source.startswith("scenarios/")]
    return [*examples, *judged * (repeat - 1)]


def check_base(base: Path) -> None:
    """Refuse base weights that are not the ones that public repositories pin."""
    if hashlib.sha256((base / "model.safetensors").read_bytes()).hexdigest() != _BASE_SHA256:
        raise SystemExit(f"{base}: model.safetensors is not the file that this recipe was made for; see models/recipe/README.md")


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--prepared", type=Path, required=True)
    parser.add_argument("--base", type=Path, required=True, help="folder of the base encoder")
    parser.add_argument("--out", type=Path, required=True, help="checkpoints and the trained weights")
    parser.add_argument("--stage", choices=("one", "two", "three", "all"), default="all")
    parser.add_argument("--epochs-one", type=int, default=1)
    parser.add_argument("--epochs-two", type=int, default=4)
    parser.add_argument("--epochs-three", type=int, default=3)
    parser.add_argument("--replay", type=int, default=3000)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--seed", type=int, default=20261125)
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    torch.manual_seed(arguments.seed)
    check_base(arguments.base)
    claims = claim_ids()
    tokenizer = load_tokenizer(arguments.base / "tokenizer.json", longest=96)
    model = Reader(arguments.base, claims=claims)
    arguments.out.mkdir(parents=True, exist_ok=True)
    stages: dict[str, tuple[Callable[[], list[Example]], Settings]] = {
        "one": (lambda: stage_one(arguments.prepared), Settings(epochs=arguments.epochs_one, rate=1e-4)),
        "two": (
            lambda: stage_two(arguments.prepared, seed=arguments.seed, replay=arguments.replay),
            Settings(epochs=arguments.epochs_two, rate=1e-4),
        ),
        "three": (
            lambda: stage_three(arguments.prepared, seed=arguments.seed, repeat=3),
            Settings(epochs=arguments.epochs_three, rate=5e-5),
        ),
    }
    for name, (examples, settings) in stages.items():
        checkpoint = arguments.out / f"{name}.pt"
        if arguments.stage in (name, "all"):
            train_stage(model, examples(), tokenizer, claims, settings, checkpoint=checkpoint, seed=arguments.seed)
            torch.save(model.state_dict(), arguments.out / "reader.pt")
        elif checkpoint.exists():
            model.load_state_dict(torch.load(checkpoint, weights_only=True)["model"])


if __name__ == "__main__":
    main()
