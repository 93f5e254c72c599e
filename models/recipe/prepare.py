"""Step 1: bring every source into one shape and split it, before anything is trained.

Our own texts are split by author and theme (themes that a minimal pair joins stay together), other
sources keep their own splits. A near-duplicate across splits is an error: the run stops and names it.
"""

import argparse
import hashlib
import json
import random
import sys
from collections import defaultdict
from pathlib import Path

from sklearn.feature_extraction.text import HashingVectorizer

from models.recipe.examples import Example, write_examples
from models.recipe.sources import content_mix, own_texts, scenarios, tagged_texts

_OWN = Path(__file__).parents[1] / "data"
_NEAR = 0.85
_DEV_SHARE, _TEST_SHARE = 0.1, 0.1
_STAGE_ONE_TEXTS = 36_000
_TRAINING_SCENARIOS = ("p", "q", "r", "s")
_DEV_SCENARIOS = ("t",)
_TEST_SCENARIOS = ("u",)


def split_of(group: str) -> str:
    """The split of a group, by a hash of its name: the same on every machine and in every run."""
    place = int(hashlib.sha256(group.encode()).hexdigest()[:8], 16) / 0xFFFFFFFF
    if place < _TEST_SHARE:
        return "test"
    return "dev" if place < _TEST_SHARE + _DEV_SHARE else "train"


def near_duplicates(left: list[str], right: list[str]) -> list[tuple[int, int]]:
    """Pairs of indices of texts whose character 4-grams agree by a cosine of 0.85 or more."""
    vectorizer = HashingVectorizer(analyzer="char_wb", ngram_range=(4, 4), n_features=2**18, alternate_sign=False)
    if not left or not right:
        return []
    a, b = vectorizer.transform(left), vectorizer.transform(right)
    pairs: list[tuple[int, int]] = []
    for start in range(0, a.shape[0], 512):
        similar = (a[start : start + 512] @ b.T).tocoo()
        for row, column, value in zip(similar.row, similar.col, similar.data, strict=True):
            if value >= _NEAR:
                pairs.append((start + int(row), int(column)))
    return pairs


def _without_near(examples: list[Example], others: list[Example]) -> list[Example]:
    """The examples that are no near-duplicate of the others: for sources whose own splits overlap."""
    near = {index for index, _ in near_duplicates([one.text for one in examples], [one.text for one in others])}
    return [one for index, one in enumerate(examples) if index not in near]


def prepare(data: Path, out: Path, *, seed: int) -> dict[str, int]:
    """Write `domain.{train,dev,test}`, `scenarios.{dev,test}`, `mix.*` and `pii.*` as JSON lines; returns their sizes."""
    rng = random.Random(seed)
    own: dict[str, list[Example]] = defaultdict(list)
    for example in own_texts(_OWN):
        own[split_of(example.group)].append(example)
    files = {f"domain.{split}": examples for split, examples in own.items()}
    folder = data / "scenarios"
    for name in _TRAINING_SCENARIOS:
        files["domain.train"].extend(scenarios(folder / f"{name}.jsonl"))
    files["scenarios.dev"] = [one for name in _DEV_SCENARIOS for one in scenarios(folder / f"{name}.jsonl")]
    files["scenarios.test"] = [one for name in _TEST_SCENARIOS for one in scenarios(folder / f"{name}.jsonl")]

    _refuse_leaks(files)

    mix: dict[str, list[Example]] = defaultdict(list)
    for example in content_mix(data / "content" / "mix.jsonl.gz"):
        split = example.group.split("/")[2]
        mix["train" if split in ("train", "none") else "dev"].append(example)
    rng.shuffle(mix["dev"])
    files["mix.dev"] = mix["dev"][:3000]
    files["mix.train"] = _without_near(_balanced(mix["train"], rng), files["mix.dev"] + files["scenarios.dev"] + files["scenarios.test"])

    places = list(tagged_texts(data / "pii" / "train_places" / "idrisi_train.jsonl"))
    rng.shuffle(places)
    train = [one for name in ("wnut17", "btc", "wikigold") for one in tagged_texts(data / "pii" / "train" / f"{name}_train.jsonl")]
    files["pii.train"] = [*train, *places[:3000]]
    for name in ("wnut17_dev", "btc_H2_dev"):
        files[f"pii.{name}"] = list(tagged_texts(data / "pii" / "dev" / f"{name}.jsonl"))
        files["pii.train"] = _without_near(files["pii.train"], files[f"pii.{name}"])

    out.mkdir(parents=True, exist_ok=True)
    sizes = {name: write_examples(out / f"{name}.jsonl", examples) for name, examples in sorted(files.items())}
    (out / "sizes.json").write_text(json.dumps(sizes, indent=1) + "\n", encoding="utf-8")
    return sizes


def _balanced(examples: list[Example], rng: random.Random) -> list[Example]:
    """Every text with a rare positive, and a sample of the rest."""
    names = ("threat", "personal_attack", "profanity", "counter_speech")
    rare = [one for one in examples if any(one.labels.get(name) for name in names)]
    rest = [one for one in examples if not any(one.labels.get(name) for name in names)]
    hate = [one for one in rest if one.labels.get("hate")]
    other = [one for one in rest if not one.labels.get("hate")]
    rng.shuffle(hate)
    rng.shuffle(other)
    room = _STAGE_ONE_TEXTS - len(rare)
    return [*rare, *hate[: room // 3], *other[: room - room // 3]]


def _refuse_leaks(files: dict[str, list[Example]]) -> None:
    train = files["domain.train"]
    leaks = []
    for name, examples in files.items():
        if name == "domain.train":
            continue
        for left, right in near_duplicates([one.text for one in train], [one.text for one in examples]):
            leaks.append(f"{train[left].group} and {examples[right].group} ({name})")
    if leaks:
        print("Near-duplicates across splits; move them into one theme or drop one:", file=sys.stderr)
        print("\n".join(sorted(set(leaks))), file=sys.stderr)
        raise SystemExit(1)


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="the folder with the openly licensed data")
    parser.add_argument("--out", type=Path, required=True, help="where the prepared files go")
    parser.add_argument("--seed", type=int, default=20261125)
    arguments = parser.parse_args()
    sizes = prepare(arguments.data, arguments.out, seed=arguments.seed)
    for name, size in sizes.items():
        print(f"{name:24} {size:7}")


if __name__ == "__main__":
    main()
