"""Cuts block-vectors.json from the shared fixtures, so that a clean clone tests every block type.

usage: make_block_vectors.py FIXTURES/ggml/types.safetensors > block-vectors.json
The vectors were made by ggml itself (llama.cpp of August-September 2026); see make_types.py beside them.
"""
import json, struct, sys

data = open(sys.argv[1], "rb").read()
size = struct.unpack("<Q", data[:8])[0]
header = json.loads(data[8:8 + size])

def tensor(name):
    begin, end = header[name]["data_offsets"]
    return data[8 + size + begin:8 + size + end]

def shortest(value):
    """The fewest digits that read back as the same float32."""
    if value == 0: return str(value)
    for digits in range(1, 10):
        text = f"{value:.{digits}g}"
        if struct.pack("<f", float(text)) == struct.pack("<f", value): return text

lines = []
for name in sorted(header):
    if not name.endswith(".random"): continue
    blocks = 1 if header[name]["shape"][1] > 40 else 2
    bytes_ = header[name]["shape"][1]
    elements = header[name + "_dequant"]["shape"][1]
    values = struct.unpack(f"<{blocks * elements}f", tensor(name + "_dequant")[:4 * blocks * elements])
    lines.append(f'"{name.split(".")[0]}": {{"blocks": "{tensor(name)[:blocks * bytes_].hex()}",\n"values": [{",".join(map(shortest, values))}]}}')
print('{"source": "shared/fixtures/ggml/types.safetensors, arrays T.random and T.random_dequant; by make_block_vectors.py",\n"types": {\n'
      + ",\n".join(lines) + "\n}}")
