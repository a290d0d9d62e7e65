using System.Globalization;
using Engine.Formats;

namespace Engine.Cli.Inspection;

/// <summary>How much of a model is stored in one type.</summary>
/// <param name="Type">The type.</param>
/// <param name="Tensors">Number of tensors of it.</param>
/// <param name="Parameters">Their elements.</param>
/// <param name="Bytes">Their bytes in the file.</param>
internal sealed record TypeShare(QuantTypeInfo Type, int Tensors, long Parameters, long Bytes);

/// <summary>What the head of a model's file tells about the model: read without its weights.</summary>
internal sealed class ModelSummary
{
    public ModelSummary(IModelSource file)
    {
        var metadata = file.Metadata;
        Architecture = metadata.GetString("general.architecture", "unknown")!;
        Name = metadata.GetString("general.name", null);
        SizeLabel = metadata.GetString("general.size_label", null);
        Types = [.. file.Tensors
            .GroupBy(tensor => tensor.Type)
            .Select(group => new TypeShare(
                group.Key, group.Count(), group.Sum(tensor => tensor.Elements), group.Sum(tensor => tensor.ByteLength)))
            .OrderByDescending(share => share.Parameters)];
        Parameters = Types.Sum(share => share.Parameters);
        TensorBytes = Types.Sum(share => share.Bytes);
    }

    /// <summary>The family, such as "llama".</summary>
    public string Architecture { get; }

    /// <summary>The model's own name, null where the file has none.</summary>
    public string? Name { get; }

    /// <summary>The size as its publisher writes it, such as "135M", null where the file has none.</summary>
    public string? SizeLabel { get; }

    /// <summary>The types of the tensors, the one with most parameters first.</summary>
    public IReadOnlyList<TypeShare> Types { get; }

    /// <summary>Elements of all tensors.</summary>
    public long Parameters { get; }

    /// <summary>Bytes of all tensors.</summary>
    public long TensorBytes { get; }

    /// <summary>Stored bits per parameter, scales and offsets included.</summary>
    public double BitsPerWeight => Parameters == 0 ? 0 : 8.0 * TensorBytes / Parameters;

    /// <summary>Family, size and main type, as in "llama 135M Q4_1".</summary>
    public string Description => Types.Count == 0 ? Architecture : $"{Architecture} {SizeLabel ?? RoundSize()} {Types[0].Type.Name}";

    private string RoundSize() => Parameters switch
    {
        >= 1_000_000_000 => (Parameters / 1e9).ToString("0.#", CultureInfo.InvariantCulture) + "B",
        >= 1_000_000 => (Parameters / 1e6).ToString("0", CultureInfo.InvariantCulture) + "M",
        _ => (Parameters / 1e3).ToString("0", CultureInfo.InvariantCulture) + "K",
    };
}
