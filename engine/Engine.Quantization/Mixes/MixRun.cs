using Engine.Formats;

namespace Engine.Quantization.Mixes;

/// <summary>One pass over a model's tensors: asks the options, then the mix, and counts the tensors of each role.</summary>
internal sealed class MixRun(FileType file, ModelTraits traits, IReadOnlyList<TensorDescription> tensors, MixOptions options)
{
    private readonly Condition _facts = Facts(traits, options);
    private readonly bool _isTied = tensors.All(tensor => TensorRoles.Of(tensor.Name) != TensorRole.Output);
    private readonly int _values = tensors.Count(tensor => TensorRoles.Of(tensor.Name) == TensorRole.Value);
    private readonly Dictionary<TensorRole, int> _seen = [];

    public FileType File => file;

    /// <summary>The type to ask for, before rows are looked at. Tensors come in the order of their layers.</summary>
    public (QuantType Type, TypeReason Reason) Ask(TensorDescription tensor)
    {
        TensorRole role = TensorRoles.Of(tensor.Name);
        bool isOutput = role == TensorRole.Output || (_isTied && role == TensorRole.Embedding);
        if (!TensorRoles.IsQuantizable(tensor) || (options.LeaveOutput && role == TensorRole.Output))
            return (tensor.Type, TypeReason.Kept);
        if (role == TensorRole.Embedding && options.EmbeddingType is { } embedding) return (embedding, TypeReason.Override);
        if (role == TensorRole.Output && options.OutputType is { } output) return (output, TypeReason.Override);
        if (!QuantTypes.Get(file.BaseType).IsQuantized) return (file.BaseType, TypeReason.Base);
        if (options.Overrides.FirstOrDefault(candidate => candidate.Pattern.IsMatch(tensor.Name)) is { } named)
            return (named.Type, TypeReason.Override);
        if (options.Pure) return (file.BaseType, TypeReason.Base);
        if (isOutput && options.OutputType is { } tied) return (tied, TypeReason.Override);
        if (isOutput) return (Output(tensor), TypeReason.Mix);
        return (role == TensorRole.Embedding ? file.EmbeddingType : Mixed(tensor, role), TypeReason.Mix);
    }

    private static Condition Facts(ModelTraits traits, MixOptions options) =>
        (traits.HeadsPerKeyValueHead >= 4 ? Condition.GroupedHeads : 0)
        | (traits.Experts >= 4 ? Condition.ManyExperts : 0)
        | (traits.Experts == 8 ? Condition.EightExperts : Condition.NotEightExperts)
        | (traits.IsFalcon ? Condition.Falcon : Condition.NotFalcon)
        | (options.HasImportance ? Condition.Importance : Condition.NoImportance);

    private QuantType Output(TensorDescription tensor) =>
        traits.IsFalcon || tensor.Columns % QuantTypes.Get(file.BaseType).BlockElements != 0 ? QuantType.Q8_0 : file.OutputType;

    private QuantType Mixed(TensorDescription tensor, TensorRole role)
    {
        int index = _seen.GetValueOrDefault(role);
        _seen[role] = index + 1;
        // Experts lie in a file as they like, and shared ones beside them: there the name tells the layer, not the count.
        int layer = traits.Experts > 1 && role != TensorRole.Value && !file.IsVeryLow ? MixPlanner.Layer(tensor.Name) ?? index : index;
        int layers = role == TensorRole.Value ? _values : traits.Layers;
        Condition facts = _facts | (tensor.IsExpertStack ? Condition.ExpertStack : 0);
        MixRule? rule = file.Rules.FirstOrDefault(rule =>
            (rule.Role is null || rule.Role == role) && facts.HasFlag(rule.When) && rule.Place.Contains(layer, layers));
        QuantType type = rule?.Type ?? file.BaseType;
        bool isLifted = role == TensorRole.Value && traits.IsSeventyBillion && !file.IsVeryLow;
        return isLifted && type is QuantType.Q3_K or QuantType.Q4_K ? QuantType.Q5_K : type;
    }
}
