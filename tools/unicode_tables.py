"""Makes engine/Engine/Tokenization/Data/UnicodeTables.txt: what the `tokenizers` library knows of Unicode and .NET does not offer.

usage: /usr/bin/python3 tools/unicode_tables.py        needs /usr/share/unicode (Debian's package unicode-data) and writes the file

The library takes its tables from crates of different age, and a character assigned later is unassigned to it: normal forms are those of
Unicode 12.0 (unicode-normalization-alignments 0.1.12), the categories of BERT's steps those of 8.0 (unicode_categories 0.1.1), combining
marks those of 9.0. So characters are left out that were assigned later (DerivedAge.txt), and the few whose category has changed since
have the old one (CHANGED). Checked against tokenizers 0.22.2, code point by code point.
"""
import os

UCD = "/usr/share/unicode/"
OUT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../engine/Engine/Tokenization/Data/UnicodeTables.txt")
# Categories as Unicode 8.0 and 9.0 had them, where they have changed since.
CHANGED = {0x166D: "Po", 0x111C9: "Po", 0x1734: "Mn", 0xA9BD: "Mc", 0x1CF2: "Mc", 0x1CF3: "Mc"}
LETTERS_IN_8 = {0x1885, 0x1886}


def ranges(line):
    first, _, last = line.split(";")[0].strip().partition("..")
    return range(int(first, 16), int(last or first, 16) + 1)


def read(name):
    for line in open(UCD + name, encoding="utf-8"):
        line = line.split("#")[0].strip()
        if line:
            yield line


age = {c: tuple(map(int, line.split(";")[1].split("."))) for line in read("DerivedAge.txt") for c in ranges(line)}
category, combining, canonical, compatible, first = {}, {}, {}, {}, 0
for fields in (line.split(";") for line in read("UnicodeData.txt")):
    code = int(fields[0], 16)
    if fields[1].endswith("First>"):
        first = code
        continue
    for c in range(first if fields[1].endswith("Last>") else code, code + 1):
        category[c] = CHANGED.get(c, fields[2])
        if age[c] > (12, 0):
            continue
        if fields[3] != "0":
            combining.setdefault(int(fields[3]), []).append(c)
        if fields[5]:
            parts = fields[5].split()
            compat = parts[0].startswith("<")
            (compatible if compat else canonical)[c] = [int(x, 16) for x in parts[compat:]]
excluded = sorted(c for line in read("DerivedNormalizationProps.txt") if "Full_Composition_Exclusion" in line for c in ranges(line) if c in canonical)


def of(version, *names):
    return sorted(c for c, name in category.items() if name in names and age[c] <= version)


def runs(codes):
    """FIRST-LAST or CODE for each run of code points"""
    codes, out = list(codes), []
    for c in codes:
        if out and out[-1][1] == c - 1:
            out[-1][1] = c
        else:
            out.append([c, c])
    return ["%X-%X" % (a, b) if b > a else "%X" % a for a, b in out]


def mappings(table):
    """CODE=PARTS, or FIRST-LAST=PART where code points in a row become code points in a row"""
    out = []
    for c in sorted(table):
        parts = table[c]
        last = out[-1] if out else None
        if last and len(parts) == len(last[2]) == 1 and c == last[1] + 1 and parts[0] == last[2][0] + c - last[0]:
            last[1] = c
        else:
            out.append([c, c, parts])
    return ["%X%s=%s" % (a, "-%X" % b if b > a else "", ",".join("%X" % p for p in parts)) for a, b, parts in out]


with open(OUT, "w", encoding="ascii", newline="\n") as f:
    f.write("# Made by tools/unicode_tables.py from the Unicode Character Database 15.0.0 (Unicode License v3); which versions: see there.\n")

    def section(name, words):
        f.write("[%s]\n" % name)
        line = ""
        for word in words:
            if len(line) + len(word) > 138:
                f.write(line + "\n")
                line = ""
            line += (" " if line else "") + word
        if line:
            f.write(line + "\n")

    section("canonical", mappings(canonical))
    section("compatible", mappings(compatible))
    section("uncomposed", runs(excluded))
    section("classes", ["%d:%s" % (k, ",".join(runs(sorted(v)))) for k, v in sorted(combining.items())])
    section("controls", runs(of((8, 0), "Cc", "Cf", "Co")))
    section("punctuation", runs(of((8, 0), "Pc", "Pd", "Ps", "Pe", "Pi", "Pf", "Po")))
    section("nonspacing", runs(c for c in of((8, 0), "Mn") if c not in LETTERS_IN_8))
    section("marks", runs(of((9, 0), "Mn", "Mc", "Me")))
