using Engine.Kernels;

namespace Engine.Models.HuggingFace;

/// <summary>
/// How Hugging Face stores the models of a family: the values of model_type, the names of tensors, and what config.json must say for the
/// forward pass of the family's <see cref="Descriptor"/> to be the right one.
/// </summary>
internal sealed record FolderFamily
{
    /// <summary>Values of model_type.</summary>
    public required IReadOnlyList<string> ModelTypes { get; init; }

    /// <summary>Value of general.architecture in GGUF files, by which the descriptor is found.</summary>
    public required string Architecture { get; init; }

    /// <summary>The key of config.json under which the text model's own keys stand, where it has more than one model; null: at the top.</summary>
    public string? TextConfig { get; init; }

    /// <summary>What may stand before the names of <see cref="Model"/> and <see cref="LayerPath"/>; the first is what transformers writes.</summary>
    public IReadOnlyList<string> Prefixes { get; init; } = ["model.", ""];

    /// <summary>What stands before the number of a layer.</summary>
    public string LayerPath { get; init; } = "layers.";

    /// <summary>Tensors outside the layers; the first is the embedding, by which the prefix is found.</summary>
    public required IReadOnlyList<TensorRule> Model { get; init; }

    /// <summary>Tensors of a layer. Of two with one GGUF name the first that a checkpoint has is taken.</summary>
    public required IReadOnlyList<TensorRule> Layer { get; init; }

    /// <summary>Beginnings of names (behind the prefix) of tensors that the result does not need.</summary>
    public IReadOnlyList<string> Ignored { get; init; } = [];

    /// <summary>Keys of config.json that name the activation function; the first that is there counts.</summary>
    public IReadOnlyList<string> ActivationKeys { get; init; } = ["hidden_act", "activation_function"];

    /// <summary>Keys with the only values that are supported, as JSON; a key that is missing is as supposed.</summary>
    public IReadOnlyList<(string Key, string Value)> Required { get; init; } = [];

    /// <summary>An object with what counts where config.json leaves a key out: defaults of the family's class in transformers.</summary>
    public string Defaults { get; init; } = "{}";

    /// <summary>Whether the feed-forward network has four times the width where config.json does not say.</summary>
    public bool FourfoldInner { get; init; }

    /// <summary>How many heads keys and values have; null: as num_key_value_heads says, or as many as queries.</summary>
    public Func<ConfigValues, int, long>? KeyValueHeads { get; init; }

    /// <summary>What the function of the feed-forward network is called.</summary>
    public static IReadOnlyList<string> NamesOf(ActivationFunction function) => function switch
    {
        ActivationFunction.Silu or ActivationFunction.ClampedSwiglu => ["silu", "swish"],
        ActivationFunction.GeluErf => ["gelu", "gelu_python"],
        ActivationFunction.GeluTanh => ["gelu_pytorch_tanh", "gelu_new", "gelu_fast", "gelu_accurate", "gelu_python_tanh"],
        _ => [],
    };
}
