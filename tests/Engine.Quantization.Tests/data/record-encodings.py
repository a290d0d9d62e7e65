#!/usr/bin/python3
"""Records what llama-quantize makes of a few rows in every type: usage record-encodings.py LLAMA-QUANTIZE OUT.gguf

OUT holds the tensors "source" (F16), "importance" (F32, one row), and for a type T "T" (encoded without an importance matrix, where
llama-quantize does that) and "T.imatrix" (encoded with it). The rows are random numbers, so the file is nobody's model.
"""
import math, os, random, struct, subprocess, sys, tempfile

quantize, out = sys.argv[1:]
width, rows = 512, 5
types = {'Q1_0': 41, 'Q2_0': 42, 'Q4_0': 2, 'Q4_1': 3, 'Q5_0': 6, 'Q5_1': 7, 'Q8_0': 8, 'Q2_K': 10, 'Q3_K': 11, 'Q4_K': 12, 'Q5_K': 13, 'Q6_K': 14,
         'IQ2_XXS': 16, 'IQ2_XS': 17, 'IQ3_XXS': 18, 'IQ1_S': 19, 'IQ4_NL': 20, 'IQ3_S': 21, 'IQ2_S': 22, 'IQ4_XS': 23, 'IQ1_M': 29,
         'TQ1_0': 34, 'TQ2_0': 35, 'MXFP4': 39}
needs_importance = {'IQ2_XXS', 'IQ2_XS', 'IQ3_XXS', 'IQ1_S', 'IQ2_S', 'IQ1_M'}

def text(s): s = s.encode(); return struct.pack('<Q', len(s)) + s
def value(v):
    if isinstance(v, str): return struct.pack('<I', 8) + text(v)
    if isinstance(v, float): return struct.pack('<If', 6, v)
    return struct.pack('<II', 4, v)

def write(path, metadata, tensors):
    info, data = b'', b''
    for name, shape, kind, content in tensors:
        info += text(name) + struct.pack('<I', len(shape)) + b''.join(struct.pack('<Q', x) for x in shape) + struct.pack('<IQ', kind, len(data))
        data += content + b'\0' * (-len(content) % 32)
    head = b'GGUF' + struct.pack('<IQQ', 3, len(tensors), len(metadata)) + b''.join(text(k) + value(v) for k, v in metadata.items()) + info
    with open(path, 'wb') as f: f.write(head + b'\0' * (-len(head) % 32) + data)

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from gguf_tensors import read

random.seed(11)
heavy = lambda: random.gauss(0, 0.02) * (6 if random.random() < 0.01 else 1)
source = [[heavy() for _ in range(width)] for _ in range(rows - 2)]
source.append([random.gauss(0.01, 0.03) * math.exp(random.gauss(0, 2)) for _ in range(width)])
source.append([random.uniform(0.5, 1) if i % 32 < 16 else 0.0 for i in range(width)])
flat = [x for row in source for x in row]
halves = struct.pack(f'<{len(flat)}e', *flat)
importance = [math.exp(random.gauss(0, 1.5)) for _ in range(width)]

metadata = {'general.architecture': 'llama', 'llama.block_count': len(types), 'llama.context_length': 64, 'llama.embedding_length': width,
            'llama.feed_forward_length': rows, 'llama.attention.head_count': 4, 'llama.attention.head_count_kv': 4,
            'llama.attention.layer_norm_rms_epsilon': 1e-5, 'llama.rope.dimension_count': 128, 'llama.vocab_size': rows}
names = {t: f'blk.{i}.ffn_up.weight' for i, t in enumerate(types)}
folder = tempfile.mkdtemp()
model, made, dat = (os.path.join(folder, n) for n in ('in.gguf', 'out.gguf', 'imatrix.dat'))
with open(dat, 'wb') as f:
    f.write(struct.pack('<i', len(names)))
    for name in names.values():
        f.write(struct.pack('<i', len(name)) + name.encode() + struct.pack('<ii', 1, width) + struct.pack(f'<{width}f', *importance))
    f.write(struct.pack('<ii', 1, 4) + b'text')

found = []
for suffix, options in (('', []), ('.imatrix', ['--imatrix', dat])):
    used = [t for t in types if suffix or t not in needs_importance]
    write(model, metadata, [('token_embd.weight', (width, rows), 1, halves)] + [(names[t], (width, rows), 1, halves) for t in used])
    for t in used: options += ['--tensor-type', rf'blk\.{list(types).index(t)}\.ffn_up={t.lower()}']
    p = subprocess.run([quantize, *options, model, made, 'Q8_0', '1'], capture_output=True, text=True)
    if p.returncode: sys.exit(p.stdout[-1000:] + p.stderr[-2000:])
    tensors = read(made)
    for t in used:
        kind, data = tensors[names[t]]
        assert kind == types[t], (t, kind)
        found.append((t + suffix, (width, rows), kind, data))
write(out, {'general.architecture': 'test'}, [('source', (width, rows), 1, halves), ('importance', (width,), 0, struct.pack(f'<{width}f', *importance))] + found)
