using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Numerics;

namespace Engine.Cli.CommandLine;

/// <summary>Makes options that check their values and say in one line what is wrong with them.</summary>
internal static class OptionFactory
{
    /// <summary>A whole number from <paramref name="minimum"/> to <paramref name="maximum"/>.</summary>
    public static Option<int> Integer(
        string name, string[] aliases, string description, int minimum, int maximum, int? standard = null)
    {
        var option = new Option<int>(name, aliases)
        {
            Description = description,
            HelpName = "N",
            CustomParser = result => Number(result, name, "a whole number", minimum, maximum),
        };
        if (standard is { } value) option.DefaultValueFactory = _ => value;
        return option;
    }

    /// <summary>A finite number from <paramref name="minimum"/> to <paramref name="maximum"/>.</summary>
    public static Option<float> Real(
        string name, string[] aliases, string description, float minimum, float maximum, float? standard = null)
    {
        var option = new Option<float>(name, aliases)
        {
            Description = description,
            HelpName = "X",
            CustomParser = result => Number(result, name, "a number", minimum, maximum),
        };
        if (standard is { } value) option.DefaultValueFactory = _ => value;
        return option;
    }

    /// <summary>A text, null where it is not given.</summary>
    public static Option<string?> Text(string name, string[] aliases, string valueName, string description) =>
        new(name, aliases) { Description = description, HelpName = valueName };

    /// <summary>A switch.</summary>
    public static Option<bool> Flag(string name, string description, params string[] aliases) =>
        new(name, aliases) { Description = description };

    /// <summary>Whole numbers separated by commas, each at least <paramref name="minimum"/>.</summary>
    public static Option<int[]?> Integers(string name, string description, int minimum, int[]? standard = null)
    {
        var option = new Option<int[]?>(name)
        {
            Description = description,
            HelpName = "N,...",
            CustomParser = result =>
            {
                int[]? values = NumberList.Parse(result.Tokens[0].Value, minimum, out string? error);
                if (error is not null) result.AddError($"{name}: {error}");
                return values;
            },
        };
        if (standard is not null) option.DefaultValueFactory = _ => standard;
        return option;
    }

    /// <summary>The value of an option that has no default, or null where it is not given.</summary>
    public static T? Optional<T>(this ParseResult parsed, Option<T> option) where T : struct =>
        parsed.GetResult(option) is { Implicit: false } ? parsed.GetValue(option) : null;

    /// <summary>True where the option is on the command line.</summary>
    public static bool Has(this ParseResult parsed, Option option) => parsed.GetResult(option) is { Implicit: false };

    private static T Number<T>(ArgumentResult result, string name, string kind, T minimum, T maximum) where T : INumber<T>
    {
        string text = result.Tokens[0].Value;
        if (!T.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value))
            result.AddError($"{name}: '{text}' is not {kind}");
        else if (!(value >= minimum && value <= maximum))
            result.AddError($"{name}: {text} is out of range, expected {Range(minimum, maximum)}");
        return value!;
    }

    private static string Range<T>(T minimum, T maximum) where T : INumber<T> =>
        maximum >= T.CreateSaturating(float.MaxValue) || maximum >= T.CreateSaturating(int.MaxValue)
            ? FormattableString.Invariant($"at least {minimum}")
            : FormattableString.Invariant($"{minimum} to {maximum}");
}
