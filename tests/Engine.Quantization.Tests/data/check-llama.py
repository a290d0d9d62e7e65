#!/usr/bin/python3
"""Checks files of every type against llama.cpp: usage check-llama.py ENGINE LLAMA-QUANTIZE MODEL-F16.gguf IMATRIX [TYPE...]

For each type: engine quantizes the model; engine and llama-quantize each turn the result into F32; both must hold the same bits.
"""
import os, subprocess, sys, tempfile

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from gguf_tensors import read

engine, llama, model, imatrix, *types = sys.argv[1:]
types = types or '''F16 BF16 Q1_0 Q2_0 Q4_0 Q4_1 Q5_0 Q5_1 Q8_0 TQ1_0 TQ2_0 MXFP4_MOE Q2_K Q2_K_S Q3_K_S Q3_K_M Q3_K_L Q4_K_S Q4_K_M Q5_K_S Q5_K_M
Q6_K IQ1_S IQ1_M IQ2_XXS IQ2_XS IQ2_S IQ2_M IQ3_XXS IQ3_XS IQ3_S IQ3_M IQ4_NL IQ4_XS'''.split()

folder = tempfile.mkdtemp()
made, ours, theirs = (os.path.join(folder, name + '.gguf') for name in ('made', 'ours', 'theirs'))
bad = 0
for t in types:
    commands = [
        [engine, 'quantize', model, made, t, '--imatrix', imatrix, '--force', '--json'],
        [engine, 'quantize', made, ours, 'F32', '--allow-requantize', '--force', '--json'],
        [llama, '--allow-requantize', made, theirs, 'F32']]
    for command in commands:
        p = subprocess.run(command, capture_output=True, text=True)
        if p.returncode:
            print(t, 'failed:', command[0], (p.stdout + p.stderr)[-300:])
            bad += 1
            break
    else:
        a, b = read(ours), read(theirs)
        different = [name for name in a if a[name] != b.get(name)]
        bad += bool(different) or len(a) != len(b)
        print(t, os.path.getsize(made), 'bytes,', len(a), 'tensors,', len(different), 'different', *different[:3])
sys.exit(bad)
