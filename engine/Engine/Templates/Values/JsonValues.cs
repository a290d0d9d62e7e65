using System.Globalization;
using System.Numerics;
using System.Text;
using System.Text.Json;

namespace Engine.Templates;

/// <summary>Turns JSON into values: a number written with a point or an exponent is a float, any other an integer.</summary>
internal static class JsonValues
{
    public static Value Convert(JsonElement json)
    {
        switch (json.ValueKind)
        {
            case JsonValueKind.String: return new StringValue(ConvertString(json));
            case JsonValueKind.Number: return ConvertNumber(json.GetRawText());
            case JsonValueKind.True: return BooleanValue.True;
            case JsonValueKind.False: return BooleanValue.False;
            case JsonValueKind.Array:
                StackGuard.Ensure();
                var items = new List<Value>(json.GetArrayLength());
                foreach (JsonElement item in json.EnumerateArray()) items.Add(Convert(item));
                return new ListValue(items);
            case JsonValueKind.Object:
                StackGuard.Ensure();
                var dict = new DictValue();
                foreach (JsonProperty property in json.EnumerateObject()) dict.Set(property.Name, Convert(property.Value));
                return dict;
            default: return NoneValue.Instance;
        }
    }

    private static Value ConvertNumber(string text)
    {
        if (text.AsSpan().IndexOfAny(".eE") >= 0)
        {
            return new FloatValue(double.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture));
        }
        if (text.Length > PythonNumber.MaxDigits)
        {
            throw new Failure($"a number of the variables has {text.Length} digits, more than {PythonNumber.MaxDigits}");
        }
        return new IntegerValue(BigInteger.Parse(text, CultureInfo.InvariantCulture));
    }

    private static string ConvertString(JsonElement json)
    {
        try
        {
            return json.GetString()!;
        }
        catch (InvalidOperationException)
        {
            // Half a surrogate pair, which Python's json accepts.
            return Unescape(json.GetRawText().AsSpan()[1..^1]);
        }
    }

    private static string Unescape(ReadOnlySpan<char> raw)
    {
        var result = new StringBuilder(raw.Length);
        for (int i = 0; i < raw.Length; i++)
        {
            if (raw[i] != '\\')
            {
                result.Append(raw[i]);
                continue;
            }
            i++;
            if (raw[i] == 'u')
            {
                result.Append((char)ushort.Parse(raw.Slice(i + 1, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture));
                i += 4;
                continue;
            }
            result.Append(raw[i] switch { 'b' => '\b', 'f' => '\f', 'n' => '\n', 'r' => '\r', 't' => '\t', char c => c });
        }
        return result.ToString();
    }
}
