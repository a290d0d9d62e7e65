namespace Engine.Tests.Models;

/// <summary>
/// What the papers and the original code say of a family, stated a second time for the reference forward pass, apart from the product's
/// descriptors. Whether a model has a norm, a bias, a gate or experts is told by its tensors.
/// </summary>
internal sealed record TinyFamily(string Architecture)
{
    public const int Width = 32, KeyHeads = 2, HeadSize = 8, Inner = 24, Vocabulary = 48, Context = 64, Layers = 4;

    /// <summary>What the case is called, where one architecture has several.</summary>
    public string Variant { get; init; } = "";

    public int Heads { get; init; } = 4;

    public bool LayerNorm { get; init; }

    /// <summary>"neox", "normal" or "none".</summary>
    public string Rope { get; init; } = "neox";

    public int RopeSize { get; init; } = HeadSize;

    public Func<int, double> RopeBase { get; init; } = _ => 10000;

    public Func<int, bool> HasRope { get; init; } = _ => true;

    public Func<double, double> Activation { get; init; } = x => x / (1 + Math.Exp(-x));

    public bool Parallel { get; init; }

    public Func<int, int> Window { get; init; } = _ => 0;

    public double AttentionScale { get; init; } = 1 / Math.Sqrt(HeadSize);

    public double AttentionCap { get; init; }

    public double LogitCap { get; init; }

    public double EmbeddingScale { get; init; } = 1;

    public double ResidualScale { get; init; } = 1;

    public double LogitScale { get; init; } = 1;

    /// <summary>"softmax", "normalized", "selected" (softmax over those chosen) or "sigmoid" (normalised, a bias for the choice).</summary>
    public string Gating { get; init; } = "softmax";

    public int ExpertGroups { get; init; } = 1;

    public double ExpertScale { get; init; } = 1;

    /// <summary>Makes the tensors and keys beyond the common ones.</summary>
    public required Action<TinyModel> Build { get; init; }

    public static double Tanh(double x) => 0.5 * x * (1 + Math.Tanh(Math.Sqrt(2 / Math.PI) * (x + 0.044715 * x * x * x)));

    public static double Erf(double x) => 0.5 * x * (1 + ErrorFunction(x / Math.Sqrt(2)));

    public override string ToString() => Variant.Length == 0 ? Architecture : $"{Architecture}, {Variant}";

    public TinyModel Create()
    {
        TinyModel model = new TinyModel(Architecture)
            .Key("embedding_length", Width).Key("block_count", Layers).Key("context_length", Context).Key("feed_forward_length", Inner)
            .Key("attention.head_count", Heads).Key("attention.head_count_kv", KeyHeads)
            .Key("attention.key_length", HeadSize).Key("attention.value_length", HeadSize)
            .Key(LayerNorm ? "attention.layer_norm_epsilon" : "attention.layer_norm_rms_epsilon", 1e-5f)
            .Matrix("token_embd.weight", Width, Vocabulary);
        Build(model);
        return model;
    }

    /// <summary>erf by its Maclaurin series, which suffices for arguments below 5.</summary>
    private static double ErrorFunction(double x)
    {
        if (Math.Abs(x) > 5) return Math.Sign(x);
        double term = x, sum = x;
        for (int n = 1; n < 200; n++)
        {
            term *= -x * x / n;
            sum += term / (2 * n + 1);
        }
        return 2 / Math.Sqrt(Math.PI) * sum;
    }
}
