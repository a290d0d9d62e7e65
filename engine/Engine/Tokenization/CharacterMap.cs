using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Engine.Formats;

namespace Engine.Tokenization;

/// <summary>
/// SentencePiece's precompiled map of character sequences to their normal forms: a compact double array (Kanda et al., 2018) over the
/// bytes, whose leaves are offsets into a list of zero-terminated replacements. A node is 32 bits: offset of the children in bits 10
/// to 30 (times 256 if bit 9 is set), whether a value hangs on it in bit 8, the byte that leads to it in bits 0 to 7; bit 31 marks values.
/// </summary>
internal sealed class CharacterMap
{
    private const uint ValueBit = 1u << 31;

    private readonly uint[] _nodes;
    private readonly byte[] _replacements;

    private CharacterMap(uint[] nodes, byte[] replacements)
    {
        _nodes = nodes;
        _replacements = replacements;
    }

    /// <summary>Reads a map: the length of the nodes in bytes (32 bits, little endian), the nodes, the replacements.</summary>
    /// <param name="map">The map's bytes.</param>
    /// <param name="error">Makes the exception of what was found and what was expected.</param>
    /// <exception cref="ModelFormatException">The parts do not fit, or a value points beyond the replacements.</exception>
    public static CharacterMap Read(ReadOnlySpan<byte> map, Func<string, string, ModelFormatException> error)
    {
        if (map.Length < sizeof(uint)) throw error($"{map.Length} bytes", "at least 4");
        uint length = BinaryPrimitives.ReadUInt32LittleEndian(map);
        ReadOnlySpan<byte> rest = map[sizeof(uint)..];
        if (length >= rest.Length || length % sizeof(uint) != 0 || length == 0)
        {
            throw error($"nodes of {length} bytes in {rest.Length}", "a multiple of 4 that leaves room for replacements");
        }
        if (rest[^1] != 0) throw error("a replacement without end", "a zero byte at the end");
        var result = new CharacterMap(MemoryMarshal.Cast<byte, uint>(rest[..(int)length]).ToArray(), rest[(int)length..].ToArray());
        result.Check(error);
        return result;
    }

    /// <summary>Finds the longest mapped sequence at the start of the text; returns its length, or 0.</summary>
    public int Match(ReadOnlySpan<byte> text, out ReadOnlySpan<byte> replacement) => Match(text, shortest: false, out replacement);

    /// <summary>Finds the shortest mapped sequence at the start of the text.</summary>
    public bool TryMatchShortest(ReadOnlySpan<byte> text, out ReadOnlySpan<byte> replacement) =>
        Match(text, shortest: true, out replacement) > 0;

    private int Match(ReadOnlySpan<byte> text, bool shortest, out ReadOnlySpan<byte> replacement)
    {
        int matched = 0;
        uint value = 0;
        uint node = Children(0);
        for (int i = 0; i < text.Length && text[i] != 0; i++)
        {
            node ^= text[i];
            if (!IsChild(node, text[i])) break;
            uint child = _nodes[node];
            node ^= Children(node);
            if (!HasValue(child)) continue;
            matched = i + 1;
            value = _nodes[node] & ~ValueBit;
            if (shortest) break;
        }
        replacement = default;
        if (matched == 0) return 0;
        ReadOnlySpan<byte> tail = _replacements.AsSpan((int)value);
        replacement = tail[..tail.IndexOf((byte)0)];
        return matched;
    }

    private static bool HasValue(uint node) => (node & (1u << 8)) != 0;

    private uint Children(uint node)
    {
        uint packed = _nodes[node];
        return (packed >> 10) << (int)((packed & (1u << 9)) >> 6);
    }

    private bool IsChild(uint node, byte edge) => node < _nodes.Length && (_nodes[node] & (ValueBit | 0xFF)) == edge;

    /// <summary>Walks all nodes that text can reach, so that matching need not check values.</summary>
    private void Check(Func<string, string, ModelFormatException> error)
    {
        var seen = new bool[_nodes.Length];
        var open = new Stack<uint>();
        open.Push(Children(0));
        while (open.TryPop(out uint children))
        {
            for (uint edge = 1; edge <= byte.MaxValue; edge++)
            {
                uint node = children ^ edge;
                if (!IsChild(node, (byte)edge) || seen[node]) continue;
                seen[node] = true;
                uint below = node ^ Children(node);
                if (HasValue(_nodes[node]) && (below >= _nodes.Length || (_nodes[below] & ~ValueBit) >= _replacements.Length))
                    throw error($"a value of node {node} that points nowhere", "values within the map");
                open.Push(below);
            }
        }
    }
}
