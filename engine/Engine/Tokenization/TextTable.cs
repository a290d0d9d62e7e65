using System.Numerics;
using System.Runtime.InteropServices;

namespace Engine.Tokenization;

/// <summary>
/// A growing list of byte strings that is also an index of them: number to text and text to number. All texts lie in one array. The
/// hash is seeded per process, so that no file can be made whose texts collide.
/// </summary>
internal sealed class TextTable
{
    private const ulong Multiplier = 0x9E3779B97F4A7C15;
    private static readonly ulong Seed = (ulong)Random.Shared.NextInt64();

    private byte[] _bytes;
    private int[] _ends;
    private ulong[] _slots;  // hash in the upper half, number + 1 in the lower, 0 where empty

    public TextTable(int capacity, int byteCapacity)
    {
        _bytes = new byte[byteCapacity];
        _ends = new int[capacity + 1];
        _slots = new ulong[SlotCount(capacity)];
    }

    public int Count { get; private set; }

    /// <summary>Length in bytes of the longest text.</summary>
    public int LongestText { get; private set; }

    public ReadOnlySpan<byte> this[int number] => _bytes.AsSpan(_ends[number].._ends[number + 1]);

    /// <summary>Number of a text, or -1 where it is not in the table.</summary>
    public int Find(ReadOnlySpan<byte> text)
    {
        ulong[] slots = _slots;
        uint hash = Hash(text);
        int mask = slots.Length - 1;
        for (int i = (int)hash & mask; ; i = (i + 1) & mask)
        {
            ulong slot = slots[i];
            if (slot == 0) return -1;
            if ((uint)(slot >> 32) != hash) continue;
            int number = (int)(uint)slot - 1;
            if (this[number].SequenceEqual(text)) return number;
        }
    }

    /// <summary>Appends a text; false where it is in the table already, which then stays as it is.</summary>
    public bool TryAdd(ReadOnlySpan<byte> text)
    {
        if (Find(text) >= 0) return false;
        if (Count + 1 == _ends.Length) Array.Resize(ref _ends, Math.Max(16, _ends.Length * 2));
        if (2 * (Count + 1) > _slots.Length) Rehash();
        int start = _ends[Count];
        if (start + text.Length > _bytes.Length) Array.Resize(ref _bytes, Math.Max(start + text.Length, _bytes.Length * 2));
        text.CopyTo(_bytes.AsSpan(start));
        Count++;
        _ends[Count] = start + text.Length;
        LongestText = Math.Max(LongestText, text.Length);
        Insert(Hash(text), Count - 1);
        return true;
    }

    /// <summary>A hash of bytes: eight at a time, multiplied and folded.</summary>
    public static uint Hash(ReadOnlySpan<byte> text)
    {
        ulong hash = Seed + (ulong)text.Length * Multiplier;
        while (text.Length >= sizeof(ulong))
        {
            hash = BitOperations.RotateLeft((hash ^ MemoryMarshal.Read<ulong>(text)) * Multiplier, 29);
            text = text[sizeof(ulong)..];
        }
        ulong tail = 0;
        foreach (byte b in text) tail = (tail << 8) | b;
        hash = (hash ^ tail) * Multiplier;
        return (uint)(((hash ^ (hash >> 29)) * Multiplier) >> 32);
    }

    private static int SlotCount(int capacity) => (int)BitOperations.RoundUpToPowerOf2((uint)Math.Max(8, 2 * (capacity + 1)));

    private void Rehash()
    {
        _slots = new ulong[_slots.Length * 2];
        for (int number = 0; number < Count; number++) Insert(Hash(this[number]), number);
    }

    private void Insert(uint hash, int number)
    {
        int mask = _slots.Length - 1;
        int i = (int)hash & mask;
        while (_slots[i] != 0) i = (i + 1) & mask;
        _slots[i] = ((ulong)hash << 32) | (uint)(number + 1);
    }
}
