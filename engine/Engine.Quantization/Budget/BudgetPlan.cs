using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Engine.Formats;
using Engine.Quantization.Mixes;

namespace Engine.Quantization.Budget;

/// <summary>What a plan does with one tensor.</summary>
/// <param name="Name">The tensor's name.</param>
/// <param name="Type">The type that it takes.</param>
/// <param name="Divergence">What that adds to the mean KL divergence by the measurements, in nats.</param>
public readonly record struct PlannedTensor(string Name, QuantType Type, double Divergence);

/// <summary>Types for the tensors of a model that keep within a budget.</summary>
/// <param name="Budget">The most bytes of the planned tensors, padding included.</param>
/// <param name="Bytes">Their bytes.</param>
/// <param name="Tensors">What becomes of each.</param>
public sealed record BudgetPlan(long Budget, long Bytes, IReadOnlyList<PlannedTensor> Tensors)
{
    private static readonly TimeSpan LongestSearch = TimeSpan.FromSeconds(1);

    /// <summary>The predicted divergence, in nats: the sum over the tensors, exact where it is small.</summary>
    public double Divergence => Tensors.Sum(tensor => tensor.Divergence);

    /// <summary>The plan as options of a mix.</summary>
    public IReadOnlyList<TypeOverride> Overrides() =>
    [
        .. Tensors.Select(tensor =>
            new TypeOverride(new Regex(Pattern(tensor.Name), RegexOptions.CultureInvariant, LongestSearch), tensor.Type)),
    ];

    /// <summary>The file type that says best what most weights are: the first whose base type they have.</summary>
    /// <param name="tensors">The model's tensors.</param>
    public FileType FileType(IEnumerable<TensorDescription> tensors)
    {
        Dictionary<string, QuantType> types = Tensors.ToDictionary(tensor => tensor.Name, tensor => tensor.Type, StringComparer.Ordinal);
        QuantType most = tensors.Where(tensor => types.TryGetValue(tensor.Name, out QuantType type) && QuantTypes.Get(type).IsQuantized)
            .GroupBy(tensor => types[tensor.Name])
            .OrderByDescending(group => group.Sum(tensor => tensor.Elements)).ThenBy(group => group.Key)
            .Select(group => group.Key).FirstOrDefault(QuantType.Q8_0);
        return FileTypes.All.FirstOrDefault(file => file.BaseType == most) ?? FileTypes.All.First(file => file.BaseType == QuantType.Q8_0);
    }

    /// <summary>
    /// Types of tensors as llama-quantize's --tensor-type-file takes them: a line REGEX=TYPE for each, the expression being the name.
    /// </summary>
    public static string Lines(IEnumerable<(string Name, QuantType Type)> tensors)
    {
        ArgumentNullException.ThrowIfNull(tensors);
        var lines = new StringBuilder();
        foreach ((string name, QuantType type) in tensors)
            lines.Append(CultureInfo.InvariantCulture, $"{Pattern(name)}={QuantTypes.Get(type).Name}\n");
        return lines.ToString();
    }

    private static string Pattern(string name) => $"^{Regex.Escape(name)}$";
}
