#!/usr/bin/python3
"""Records llama-quantize's choice of types, tensor by tensor, for models of many shapes: usage record-mixes.py LLAMA-QUANTIZE OUT.json

Each model is a GGUF file with metadata and holes for data; --dry-run reads no weights. Tensors are ordered by the part of the
name after the layer, then by layer, and written as [part, first layer, last layer, shape...]; the types of a run are written as runs of equal ones, "Q4_K*3 Q6_K".
"""
import json, os, re, struct, subprocess, sys, tempfile

quantize, out = sys.argv[1:]

def text(s): s = s.encode(); return struct.pack('<Q', len(s)) + s
def value(v):
    if isinstance(v, str): return struct.pack('<I', 8) + text(v)
    if isinstance(v, float): return struct.pack('<If', 6, v)
    if isinstance(v, list): return struct.pack('<IIQ', 9, 5, len(v)) + b''.join(struct.pack('<i', x) for x in v)
    return struct.pack('<II', 4, v)

def write(path, metadata, tensors):
    info, offset = b'', 0
    for name, shape in tensors:
        n = 1
        for x in shape: n *= x
        info += text(name) + struct.pack('<I', len(shape)) + b''.join(struct.pack('<Q', x) for x in shape) + struct.pack('<IQ', 1, offset)
        offset += (2 * n + 31) // 32 * 32
    head = b'GGUF' + struct.pack('<IQQ', 3, len(tensors), len(metadata)) + b''.join(text(k) + value(v) for k, v in metadata.items()) + info
    head += b'\0' * (-len(head) % 32)
    with open(path, 'wb') as f:
        f.write(head); f.truncate(len(head) + offset)

def model(arch, layers, width, ff, heads, shared, vocabulary, tied=False, experts=0, used=2, kind='llama', extra=None, head=None):
    head = head or width // heads
    m = {'general.architecture': arch, f'{arch}.block_count': layers, f'{arch}.context_length': 4096, f'{arch}.embedding_length': width,
         f'{arch}.feed_forward_length': ff, f'{arch}.attention.head_count': heads, f'{arch}.attention.layer_norm_rms_epsilon': 1e-5,
         f'{arch}.attention.layer_norm_epsilon': 1e-5, f'{arch}.rope.dimension_count': head, f'{arch}.vocab_size': vocabulary}
    if shared is not None: m[f'{arch}.attention.head_count_kv'] = shared
    if experts: m |= {f'{arch}.expert_count': experts, f'{arch}.expert_used_count': used}
    m |= extra or {}
    t = [('token_embd.weight', (width, vocabulary)), ('output_norm.weight', (width,))]
    if not tied: t.append(('output.weight', (width, vocabulary)))
    kv = shared[0] if isinstance(shared, list) else shared if shared is not None else heads
    for i in range(layers):
        b = f'blk.{i}.'
        t += [(b + 'attn_norm.weight', (width,)), (b + 'ffn_norm.weight', (width,)), (b + 'attn_output.weight', (heads * head, width))]
        if kind == 'fused':
            t += [(b + 'attn_qkv.weight', (width, (heads + 2 * kv) * head)), (b + 'attn_qkv.bias', ((heads + 2 * kv) * head,))]
        elif kind == 'mla':
            t += [(b + 'attn_q.weight', (width, heads * 192)), (b + 'attn_kv_a_mqa.weight', (width, 576)), (b + 'attn_kv_b.weight', (512, heads * 256))]
        else:
            t += [(b + 'attn_q.weight', (width, heads * head)), (b + 'attn_k.weight', (width, kv * head)), (b + 'attn_v.weight', (width, kv * head))]
        if experts and not (kind == 'mla' and i == 0):
            t += [(b + 'ffn_gate_inp.weight', (width, experts)), (b + 'ffn_gate_exps.weight', (width, ff, experts)),
                  (b + 'ffn_up_exps.weight', (width, ff, experts)), (b + 'ffn_down_exps.weight', (ff, width, experts))]
            if kind == 'mla':
                t += [(b + 'ffn_gate_shexp.weight', (width, ff)), (b + 'ffn_up_shexp.weight', (width, ff)), (b + 'ffn_down_shexp.weight', (ff, width))]
        else:
            if kind != 'fused': t.append((b + 'ffn_gate.weight', (width, ff)))
            t += [(b + 'ffn_up.weight', (width, ff)), (b + 'ffn_down.weight', (ff, width))]
    return m, t

models = {
    'tinyllama-1.1b': model('llama', 22, 2048, 5632, 32, 4, 32000),
    'llama-7b': model('llama', 32, 4096, 11008, 32, None, 32000),
    'llama-3-8b': model('llama', 32, 4096, 14336, 32, 8, 128256),
    'llama-3.2-1b': model('llama', 16, 2048, 8192, 32, 8, 128256, tied=True),
    'llama-70b': model('llama', 80, 8192, 28672, 64, 8, 32000),
    'qwen2-72b': model('qwen2', 80, 8192, 29568, 64, 8, 152064),
    'smollm2-135m': model('llama', 30, 576, 1536, 9, 3, 49152, tied=True),
    'qwen2.5-0.5b': model('qwen2', 24, 896, 4864, 14, 2, 151936, tied=True),
    'mixtral-8x7b': model('llama', 32, 4096, 14336, 32, 8, 32000, experts=8),
    'qwen3-30b-a3b': model('qwen3moe', 17, 2048, 768, 32, 4, 151936, experts=128, used=8, head=128,
        extra={'qwen3moe.expert_feed_forward_length': 768}),
    'deepseek2': model('deepseek2', 27, 2048, 1408, 16, 16, 102400, experts=64, used=6, kind='mla',
        extra={'deepseek2.leading_dense_block_count': 1, 'deepseek2.expert_feed_forward_length': 1408, 'deepseek2.expert_shared_count': 2,
               'deepseek2.attention.kv_lora_rank': 512, 'deepseek2.attention.key_length': 192, 'deepseek2.attention.value_length': 128,
               'deepseek2.expert_weights_scale': 1.0, 'deepseek2.rope.scaling.yarn_log_multiplier': 0.0707}),
    'falcon-7b': model('falcon', 32, 4544, 18176, 71, 1, 65024, tied=True, kind='fused'),
    'rows-of-40': model('llama', 3, 40, 96, 4, 2, 100),
}
# Names that are left alone whatever their shape, and shapes that are no matrices.
odd = model('llama', 8, 512, 1024, 8, 2, 300)
odd[1].extend([(n, (512, 64)) for n in ('position_embd.weight', 'token_types.weight', 'blk.0.attn_rel_b.weight', 'blk.1.ssm_conv1d.weight',
    'blk.1.ssm_in.weight', 'blk.2.time_mix_w1.weight', 'blk.2.time_mix_key.weight', 'per_layer_model_proj.weight', 'per_layer_token_embd.weight',
    'blk.3.altup_proj.weight', 'blk.3.laurel_l.weight', 'blk.4.attn_sub_norm.weight', 'blk.5.attn_q.scale', 'blk.6.ffn_gate_inp_shexp.weight',
    'blk.7.shortconv.conv.weight', 'blk.7.shortconv.in_proj.weight', 'blk.7.weights', 'blk.7.odd_weight')])
odd[1].extend([('blk.7.column.weight', (512, 1)), ('blk.7.scalar.weight', (1,)), ('blk.7.stack.weight', (256, 3, 2))])
models['odd-names'] = odd

types = '''Q1_0 Q2_0 Q4_0 Q4_1 MXFP4_MOE Q5_0 Q5_1 IQ2_XXS IQ2_XS IQ2_S IQ2_M IQ1_S IQ1_M TQ1_0 TQ2_0 Q2_K Q2_K_S IQ3_XXS IQ3_S IQ3_M Q3_K IQ3_XS
Q3_K_S Q3_K_M Q3_K_L IQ4_NL IQ4_XS Q4_K Q4_K_S Q4_K_M Q5_K Q5_K_S Q5_K_M Q6_K Q8_0 F16 BF16 F32'''.split()
with_importance = ['Q4_0', 'Q5_0', 'IQ3_XXS', 'IQ4_NL', 'IQ4_XS', 'Q4_K_M', 'IQ2_S']
changed = [
    ['--pure'],
    ['--leave-output-tensor'],
    ['--output-tensor-type', 'q5_0'],
    ['--token-embedding-type', 'q8_0'],
    ['--tensor-type', 'attn_v=q8_0', '--tensor-type', r'blk\.[0-3]\.ffn_down=q5_1'],
    ['--tensor-type', r'blk\.1\.attn_v=q4_0'],
]

folder = tempfile.mkdtemp()
dat = os.path.join(folder, 'imatrix.dat')
with open(dat, 'wb') as f:
    f.write(struct.pack('<i', 1) + struct.pack('<i', 24) + b'blk.0.attn_q.weight.none' + struct.pack('<ii', 1, 32) + struct.pack('<32f', *[1.0] * 32))
    f.write(struct.pack('<ii', 1, 4) + b'text')

def split(name):
    m = re.match(r'blk\.(\d+)\.(.*)', name)
    return (m.group(2), int(m.group(1))) if m else (name, -1)

name_of = os.path.basename

def run(path, tensors, file_type, options):
    p = subprocess.run([quantize, '--dry-run', *options, path, file_type], capture_output=True, text=True)
    if p.returncode:
        if file_type == 'Q8_0' and not options: print(name_of(path), p.stdout[-300:], p.stderr[-300:], file=sys.stderr)
        return None
    found = dict(re.findall(r'\[ *\d+/ *\d+\] (\S+) +- \[.*?MiB -> +[\d.]+ MiB \((\S+)\)', p.stdout + p.stderr))
    if 'quant size' not in p.stdout + p.stderr: return None
    runs = []
    for name, _ in tensors:
        t = found.get(name, 'F16').upper()
        if runs and runs[-1][0] == t: runs[-1][1] += 1
        else: runs.append([t, 1])
    return ' '.join(t if n == 1 else f'{t}*{n}' for t, n in runs)

result = []
for name, (metadata, tensors) in models.items():
    tensors = sorted(tensors, key=lambda t: split(t[0]))
    path = os.path.join(folder, name + '.gguf')
    write(path, metadata, tensors)
    cases = [(t, []) for t in types] + [(t, ['--imatrix', dat]) for t in with_importance]
    cases += [(t, o) for o in changed for t in ('Q4_K_M', 'Q8_0', 'F16', 'IQ2_S', 'Q3_K_M')]
    runs = {}
    for file_type, options in cases:
        key = ' '.join(['--imatrix' if o == '--imatrix' else o for o in [*options, file_type] if o != dat])
        runs[key] = run(path, tensors, file_type, options)
    os.remove(path)
    print(name, len(tensors), 'tensors,', sum(r is None for r in runs.values()), 'refused', file=sys.stderr)
    groups = []
    for tensor, shape in tensors:
        part, layer = split(tensor)
        if groups and groups[-1][0] == part and groups[-1][2] == layer - 1 and groups[-1][3:] == [*shape]: groups[-1][2] = layer
        else: groups.append([part, layer, layer, *shape])
    result.append({'model': name, 'metadata': metadata, 'tensors': groups, 'runs': runs})

with open(out, 'w') as f:
    f.write('[\n')
    for i, r in enumerate(result):
        f.write('{' + f'"model": {json.dumps(r["model"])},\n"metadata": {json.dumps(r["metadata"])},\n"tensors": {json.dumps(r["tensors"], separators=(",", ":"))},\n"runs": {{\n')
        f.write(',\n'.join(f'{json.dumps(k)}: {json.dumps(v)}' for k, v in r['runs'].items()) + '}}' + (',\n' if i + 1 < len(result) else '\n'))
    f.write(']\n')
