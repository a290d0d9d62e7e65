namespace Engine.Cli.Planning;

/// <summary>Which type to take for a purpose: the first of an order that fits the memory.</summary>
internal static class Advice
{
    private static readonly Dictionary<string, (string[] Order, string Reason)> Purposes = new()
    {
        ["quality"] = (
            ["F16", "Q8_0", "Q6_K", "Q5_K_M", "Q4_K_M", "IQ4_XS", "Q3_K_M", "IQ3_S", "Q2_K", "IQ2_S"],
            "the most bits that fit: divergence falls with every bit"),
        ["server"] = (
            ["Q8_0", "Q6_K", "Q5_K_M", "Q4_K_M", "IQ4_XS", "Q3_K_M"],
            "nearly lossless, and half the memory of F16 leaves room for the caches of many users"),
        ["edge"] = (
            ["Q4_K_M", "IQ4_XS", "Q3_K_M", "IQ3_S", "Q2_K", "IQ2_S"],
            "some 4.8 bits per weight, where quality begins to fall faster than size"),
        ["speed"] = (
            ["Q4_0", "IQ4_XS", "Q3_K_M", "Q2_K"],
            "answers are limited by the bytes read per token, and its blocks are the cheapest to unpack"),
        ["finetune"] = (
            ["F16", "Q8_0", "Q4_K_M"],
            "gradients pass through the weights as they are, so they should be as exact as memory allows"),
    };

    /// <summary>Names of the purposes.</summary>
    public static string[] Names => [.. Purposes.Keys];

    /// <summary>Types that are listed, most bits first.</summary>
    public static IReadOnlyList<string> Types { get; } =
        ["F16", "Q8_0", "Q6_K", "Q5_K_M", "Q4_K_M", "Q4_0", "IQ4_XS", "Q3_K_M", "IQ3_S", "Q2_K", "IQ2_S"];

    /// <summary>The recommended type and the reason; null where nothing fits.</summary>
    /// <param name="purpose">One of <see cref="Names"/>.</param>
    /// <param name="needs">What the model needs as it is, and in each type.</param>
    /// <param name="isQuantized">Whether the model's weights are quantized already.</param>
    /// <param name="memory">Bytes to stay within.</param>
    public static (TypeNeed Need, string Reason)? Recommend(
        string purpose, IReadOnlyList<TypeNeed> needs, bool isQuantized, long memory)
    {
        (string[] order, string reason) = Purposes[purpose];
        if (isQuantized)
        {
            // A larger type holds no more than the weights still carry, and every other one loses a second time.
            TypeNeed asItIs = needs[0];
            if (asItIs.TotalBytes <= memory)
                return (asItIs, "its weights are quantized already: a larger type would bring nothing back, a smaller one loses a second time");
            needs = [.. needs.Where(need => need.FileBytes < asItIs.FileBytes)];
            reason = "it does not fit as it is, and this is the largest that does; quantizing the unquantized original loses less";
            order = [.. Types];
        }
        foreach (string name in order)
        {
            if (needs.FirstOrDefault(need => need.Type == name) is { } found && found.TotalBytes <= memory)
                return (found, isQuantized || name == order[0] ? reason : $"{reason}; the larger {order[0]} does not fit");
        }
        return null;
    }
}
