using System.Runtime.InteropServices;
using Engine.Formats.Checkpoints.Storage;
using Engine.Formats.Safetensors;

namespace Engine.Formats.Checkpoints.Layouts;

/// <summary>The group of each column as a tensor lists it: g_idx.</summary>
internal static class GroupIndex
{
    /// <summary>Reads the list.</summary>
    /// <param name="tensor">I32 [columns].</param>
    /// <param name="columns">How many columns there must be.</param>
    /// <param name="groups">How many groups there are.</param>
    /// <param name="groupSize">Columns of a group.</param>
    /// <exception cref="ModelFormatException">Another type or length, or a group that does not exist.</exception>
    public static ColumnGroups Read(SafetensorsTensor tensor, int columns, int groups, int groupSize)
    {
        ModuleTensors.CheckType(tensor, SafetensorsDType.I32);
        ModuleTensors.CheckShape(tensor, columns);
        var index = new int[columns];
        tensor.Read(0, MemoryMarshal.AsBytes(index.AsSpan()));
        int bad = Array.FindIndex(index, group => group < 0 || group >= groups);
        if (bad >= 0) throw ModuleTensors.Error(tensor, $"group {index[bad]} of column {bad}", $"0 to {groups - 1}");
        return ColumnGroups.Listed(index, groups, groupSize);
    }
}
