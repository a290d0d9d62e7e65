using System.CommandLine;
using Engine.Formats;
using Engine.Formats.Gguf;
using Engine.Quantization.Mixes;
using Engine.Quantization.Synthetic;

namespace Engine.Cli.CommandLine;

/// <summary>The options that ask for a model of random weights: --shape, --type, --pure.</summary>
internal sealed class SyntheticOptionGroup
{
    private const string DefaultType = "Q4_K_M";
    private readonly Option<string?> _shape =
        OptionFactory.Text("--shape", [], "SHAPE", $"Measure random weights of a known model's shape: {ShapeNames}");
    private readonly Option<string?> _type =
        OptionFactory.Text("--type", [], "TYPE", $"With --shape: a file type or, with --pure, a type of weights (default: {DefaultType})");
    private readonly Option<bool> _pure = OptionFactory.Flag("--pure", "With --shape: all matrices in one type, no mix");

    private static string ShapeNames => string.Join(", ", ModelShape.All.Select(shape => shape.Name));

    /// <summary>Adds the group to a command.</summary>
    public void AddTo(Command command)
    {
        command.Add(_shape);
        command.Add(_type);
        command.Add(_pure);
    }

    /// <summary>The model that is asked for and what to call it; null without --shape.</summary>
    /// <exception cref="UsageException">There is no such shape or type, or an option stands without --shape.</exception>
    public (GgufWriter Model, string Name)? Read(ParseResult parsed)
    {
        if (parsed.GetValue(_shape) is not { } name)
        {
            if (parsed.Has(_type) || parsed.Has(_pure)) throw new UsageException("--type and --pure need --shape");
            return null;
        }
        if (!ModelShape.TryParse(name, out ModelShape? shape))
            throw new UsageException($"--shape: there is no shape '{name}', expected {ShapeNames}");
        string type = parsed.GetValue(_type) ?? DefaultType;
        // A pure file of IQ2_S in llama-quantize's sense is all IQ2_XS; here the type of weights is meant.
        if (parsed.GetValue(_pure) && QuantTypes.TryParse(type, out QuantTypeInfo? weights) && weights.CanDecode)
            return (SyntheticModel.Create(shape, weights.Type), $"{shape.Name} {weights.Name} pure");
        if (!FileTypes.TryParse(type, out FileType? file))
        {
            string names = string.Join(", ", FileTypes.All.Select(known => known.Name));
            throw new UsageException($"--type: there is no type '{type}', expected {names}");
        }
        bool pure = parsed.GetValue(_pure);
        return (SyntheticModel.Create(shape, file, new MixOptions { Pure = pure }), $"{shape.Name} {file.Name}{(pure ? " pure" : "")}");
    }
}
