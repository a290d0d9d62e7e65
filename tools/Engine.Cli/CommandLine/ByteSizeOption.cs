using System.CommandLine;
using System.Globalization;

namespace Engine.Cli.CommandLine;

/// <summary>Options whose value is a number of bytes: "512MB", "1.5G", "2GiB", "100000".</summary>
internal static class ByteSizeOption
{
    private static readonly (string Unit, double Bytes)[] Units =
    [
        ("KIB", 1 << 10), ("MIB", 1 << 20), ("GIB", 1 << 30), ("KB", 1e3), ("MB", 1e6), ("GB", 1e9), ("K", 1e3), ("M", 1e6), ("G", 1e9), ("B", 1),
    ];

    /// <summary>An option of at least <paramref name="minimum"/> bytes.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="description">What it means; the default too, where there is one.</param>
    /// <param name="minimum">The least value.</param>
    /// <param name="standard">The value where the option is not given; 0 is not shown as a default.</param>
    public static Option<long> Make(string name, string description, long minimum, long standard)
    {
        var option = new Option<long>(name)
        {
            Description = description,
            HelpName = "SIZE",
            CustomParser = result =>
            {
                string text = result.Tokens[0].Value;
                if (Parse(text) is not { } bytes) result.AddError($"{name}: '{text}' is no size such as 512MB, 1.5GB or 2GiB");
                else if (bytes < minimum) result.AddError($"{name}: {text} is out of range, expected at least {Output.Units.Bytes(minimum)}");
                else return bytes;
                return 0;
            },
        };
        if (standard > 0) option.DefaultValueFactory = _ => standard;
        return option;
    }

    private static long? Parse(string text)
    {
        (string unit, double each) = Array.Find(Units, unit => text.EndsWith(unit.Unit, StringComparison.OrdinalIgnoreCase));
        string number = unit is null ? text : text[..^unit.Length];
        bool isNumber = double.TryParse(number, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double value);
        double bytes = value * (unit is null ? 1 : each);
        return isNumber && bytes < 1e18 ? (long)bytes : null;
    }
}
