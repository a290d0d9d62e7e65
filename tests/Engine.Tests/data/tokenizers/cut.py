"""Cuts the vocabularies of ENGINE_SHARED/fixtures/models down to metadata without tensors, and their tokenize vectors to one file.

    python3 cut.py $ENGINE_SHARED/fixtures/models

Those models were made by fixtures/models/make_models.py: vocabularies of 384 tokens trained on the licence and language reference that
come with Python, ids by Hugging Face's tokenizers.
"""
import json, os, struct, sys

HERE = os.path.dirname(os.path.abspath(__file__))
SIZES = {0: 1, 1: 1, 2: 2, 3: 2, 4: 4, 5: 4, 6: 4, 7: 1, 10: 8, 11: 8, 12: 8}
NAMES = ["llama", "llama3", "qwen2", "gemma3-text", "bert"]


def read(f, fmt): return struct.unpack("<" + fmt, f.read(struct.calcsize("<" + fmt)))[0]


def skip(f, kind):
    if kind == 8:
        f.seek(read(f, "Q"), 1)
    elif kind == 9:
        element, count = read(f, "I"), read(f, "Q")
        for _ in range(count):
            skip(f, element)
    else:
        f.seek(SIZES[kind], 1)


def cut(source, destination):
    with open(source, "rb") as f:
        assert f.read(4) == b"GGUF" and read(f, "I") == 3
        read(f, "Q")
        kept = []
        for _ in range(read(f, "Q")):
            start = f.tell()
            key = f.read(read(f, "Q")).decode()
            skip(f, read(f, "I"))
            end = f.tell()
            if key.startswith("tokenizer.ggml.") or key in ("general.architecture", "general.name"):
                f.seek(start)
                kept.append(f.read(end - start))
    with open(destination, "wb") as f:
        f.write(b"GGUF" + struct.pack("<IQQ", 3, 0, len(kept)) + b"".join(kept))


if __name__ == "__main__":
    vectors = {}
    for name in NAMES:
        folder = os.path.join(sys.argv[1], name)
        cut(os.path.join(folder, "model-f32.gguf"), os.path.join(HERE, name + ".gguf"))
        with open(os.path.join(folder, "reference.json"), encoding="utf-8") as f:
            vectors[name] = json.load(f)["tokenize"]
    with open(os.path.join(HERE, "vectors.json"), "w", encoding="utf-8", newline="\n") as f:
        lines = ",\n".join('"%s": [\n%s\n]' % (n, ",\n".join(json.dumps(v, separators=(",", ":")) for v in vs)) for n, vs in vectors.items())
        f.write("{" + lines + "}\n")
