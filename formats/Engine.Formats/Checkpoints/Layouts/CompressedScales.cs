using Engine.Formats.Checkpoints.Configs;
using Engine.Formats.Checkpoints.Storage;
using Engine.Formats.Safetensors;

namespace Engine.Formats.Checkpoints.Layouts;

/// <summary>The scales of a compressed-tensors module, by strategy.</summary>
/// <param name="Tensor">Where they stand.</param>
/// <param name="Table">They.</param>
/// <param name="Groups">Which columns share one.</param>
/// <param name="RowsPerEntry">Rows that share theirs.</param>
internal sealed record CompressedScales(SafetensorsTensor Tensor, FloatTable Table, ColumnGroups Groups, int RowsPerEntry)
{
    /// <summary>Takes weight_scale and checks it.</summary>
    public static CompressedScales Open(
        CompressedGroup group, ModuleTensors tensors, int rows, int columns, ReadOnlySpan<SafetensorsDType> types)
    {
        SafetensorsTensor tensor = tensors.Get(CompressedLayout.ScalePart);
        ModuleTensors.CheckType(tensor, types);
        (ColumnGroups groups, int rowsPerEntry) = group.Strategy switch
        {
            CompressedStrategy.Tensor => (ColumnGroups.Whole(columns), rows),
            CompressedStrategy.Channel => (ColumnGroups.Whole(columns), 1),
            CompressedStrategy.Group => (ColumnGroups.Of(columns, group.GroupSize), 1),
            _ => (ColumnGroups.Of(columns, group.Block.Columns), group.Block.Rows),
        };
        if (group.Strategy == CompressedStrategy.Group && columns % group.GroupSize != 0 && columns > group.GroupSize)
            throw ModuleTensors.Error(tensor, $"{columns} inputs", $"a multiple of the group size {group.GroupSize}");
        int entries = (rows - 1) / rowsPerEntry + 1;
        if (groups.Count == 1) ModuleTensors.CheckElements(tensor, entries);
        else ModuleTensors.CheckShape(tensor, entries, groups.Count);
        return new CompressedScales(tensor, new ScaleTensor(tensor, groups.Count, groups.Count, rowsPerEntry), groups, rowsPerEntry);
    }
}
