"""Reads the tensors of a GGUF file: name to (type, bytes)."""
import struct

def read(path):
    b = open(path, 'rb').read()
    at = 8
    count, keys = struct.unpack_from('<QQ', b, at); at += 16
    def string():
        nonlocal at
        n, = struct.unpack_from('<Q', b, at); at += 8 + n
        return b[at - n:at].decode()
    for _ in range(keys):
        string(); kind, = struct.unpack_from('<I', b, at); at += 4
        if kind == 8: string()
        elif kind == 9:
            kind, n = struct.unpack_from('<IQ', b, at); at += 12
            for _ in range(n):
                if kind == 8: string()
                else: at += 4
        else: at += {0: 1, 1: 1, 2: 2, 3: 2, 7: 1, 10: 8, 11: 8, 12: 8}.get(kind, 4)
    infos = []
    for _ in range(count):
        name = string(); axes, = struct.unpack_from('<I', b, at); at += 4 + 8 * axes
        infos.append((name, *struct.unpack_from('<IQ', b, at))); at += 12
    start = (at + 31) // 32 * 32
    ends = sorted(o for _, _, o in infos) + [len(b) - start]
    return {n: (k, b[start + o:start + ends[ends.index(o) + 1]]) for n, k, o in infos}
