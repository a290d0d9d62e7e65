using System.Text.Json;

namespace Engine.Templates;

/// <summary>JSON from values, and with leniency values from JSON.</summary>
internal static class JsonFilters
{
    /// <summary>transformers' <c>tojson</c>, which unlike Jinja2's own escapes nothing for HTML.</summary>
    public static Value ToJson(Evaluator e, Value input, CallArguments arguments)
    {
        Value?[] given = arguments.Bind("tojson", 0, "ensure_ascii", "indent", "separators", "sort_keys");
        string? indent = given[1] switch
        {
            null or NoneValue => null,
            StringValue text => text.Text,
            Value number => new string(' ', Math.Clamp(Numbers.ToInt32(number), 0, 1000)),
        };
        string itemSeparator = indent is null ? ", " : ",", keySeparator = ": ";
        if (given[2] is not (null or NoneValue))
        {
            Value[] separators = [.. Sequences.Iterate(given[2]!, e.Budget).Take(3)];
            if (separators is not [StringValue item, StringValue key]) throw new Failure("separators must be two strings");
            (itemSeparator, keySeparator) = (item.Text, key.Text);
        }
        var layout = new JsonLayout(
            given[0] is { IsTrue: true }, indent, itemSeparator, keySeparator, given[3] is { IsTrue: true }, e.Options.Lenient);
        return new StringValue(JsonText.Write(input, layout, e.Budget));
    }

    public static Value FromJson(Evaluator e, Value input, CallArguments arguments)
    {
        arguments.Bind("from_json", 0);
        if (input is UndefinedValue undefined) throw undefined.Fail();
        if (input is not StringValue text) throw new Failure($"the JSON object must be str, not {input.TypeName}");
        try
        {
            e.Budget.Characters(text.Text.Length);
            using JsonDocument document = JsonDocument.Parse(text.Text);
            return JsonValues.Convert(document.RootElement);
        }
        catch (JsonException exception)
        {
            throw new Failure($"from_json: {exception.Message}");
        }
    }
}
