"""Cuts samplers.json down to a few cases per sampler: python make_subset.py SHARED/fixtures > samplers.json

SHARED/fixtures/samplers/README.md describes the source (values computed with llama.cpp, MIT License). Cases with DRY get the texts of
the tokens that occur in them, so that no vocabulary file is needed.
"""
import json
import sys

WANTED = {
    "top_k": 3, "top_p": 4, "min_p": 3, "typical": 4, "temp": 2, "temp_ext": 3, "top_n_sigma": 2, "xtc": 3, "greedy": 2,
    "logit_bias": 3, "penalties": 2, "dry": 4, "chain": 2,
}
SMALL = 50     # candidates at most


def tokens(path):
    """tokenizer.ggml.tokens of a GGUF file without tensors."""
    data, at = open(path, "rb").read(), 16
    sizes = {0: 1, 1: 1, 2: 2, 3: 2, 4: 4, 5: 4, 6: 4, 7: 1, 10: 8, 11: 8, 12: 8}

    def number(size):
        nonlocal at
        at += size
        return int.from_bytes(data[at - size:at], "little")

    def value(kind):
        nonlocal at
        if kind == 8:
            length = number(8)
            at += length
            return data[at - length:at].decode("utf-8")
        if kind == 9:
            element, count = number(4), number(8)
            return [value(element) for _ in range(count)]
        return number(sizes[kind])

    for _ in range(number(8)):
        key, found = value(8), value(number(4))
        if key == "tokenizer.ggml.tokens":
            return found


def texts(path):
    raw = tokens(path)
    visible = list(range(33, 127)) + list(range(161, 173)) + list(range(174, 256))
    table = {chr(b): b for b in visible}
    table.update({chr(256 + i): b for i, b in enumerate(b for b in range(256) if b not in visible)})
    return [bytes(table[c] for c in t).decode("utf-8", "replace") if all(c in table for c in t) else t for t in raw]


def main():
    root = sys.argv[1]
    data = json.load(open(f"{root}/samplers/samplers.json"))
    by_kind = {}
    for case in data["cases"]:
        kind = case["name"].split()[0]
        size = len(data["inputs"][case["input"]]["ids"])
        if case.get("compare") == "free" or size > SMALL or "spm" in case["name"] or "two-token" in case["name"]:
            continue
        by_kind.setdefault(kind, []).append(case)
    cases, vocabularies = [], {}
    for kind, count in WANTED.items():
        found = by_kind[kind]
        for i in range(count):
            case = found[i * len(found) // count]
            if "vocab" in case:
                path = f"{root}/{case.pop('vocab')}"
                vocabulary = vocabularies.setdefault(path, texts(path))
                ids = set(case["history"]) | set(data["inputs"][case["input"]]["ids"])
                case["texts"] = {str(i): vocabulary[i] for i in sorted(ids)}
            case.pop("text", None)
            cases.append(case)
    mirostat = []
    for name in ("mirostat x32 2", "mirostat_v2 x32 2"):
        run = next(m for m in data["mirostat"] if m["name"] == name)
        run["steps"] = run["steps"][:2]
        mirostat.append(run)
    used = {c["input"] for c in cases} | {s["input"] for m in mirostat for s in m["steps"]}
    inputs = {name: value for name, value in data["inputs"].items() if name in used}
    lines = lambda items: ",\n".join(json.dumps(item, separators=(",", ":")) for item in items)
    print('{"inputs":{')
    print(",\n".join(f"{json.dumps(name)}:{json.dumps(value, separators=(',', ':'))}" for name, value in inputs.items()))
    print(f'}},"cases":[\n{lines(cases)}\n],"mirostat":[\n{lines(mirostat)}\n]}}')


main()
