using System.Globalization;
using System.Text;

namespace Engine.Templates;

/// <summary>Values as text: <c>str</c> and <c>repr</c>.</summary>
internal static class PythonRepr
{
    /// <summary>What printing a value prints (<c>str</c>).</summary>
    public static string Text(Value value, Budget budget) => value switch
    {
        StringValue text => text.Text,
        UndefinedValue => "",
        _ => Repr(value, budget),
    };

    /// <summary>The text of a value as Python source (<c>repr</c>).</summary>
    public static string Repr(Value value, Budget budget)
    {
        var result = new StringBuilder();
        Append(result, value, budget);
        return budget.Text(result.ToString());
    }

    /// <summary>A value in an error message: scalars as they are, anything larger by its type.</summary>
    public static string Short(Value value) => value switch
    {
        NoneValue => "None",
        BooleanValue boolean => boolean.IsTrue ? "True" : "False",
        IntegerValue integer => integer.Number.GetBitLength() < 1000 ? PythonNumber.Format(integer.Number) : "an integer",
        FloatValue number => PythonNumber.Format(number.Number),
        StringValue text => Quote(text.Text.Length <= 100 ? text.Text : text.Text[..100] + "...", ascii: false),
        _ => $"a {value.TypeName}",
    };

    private static void Append(StringBuilder result, Value value, Budget budget)
    {
        budget.Step();
        switch (value)
        {
            case NoneValue: result.Append("None"); break;
            case BooleanValue boolean: result.Append(boolean.IsTrue ? "True" : "False"); break;
            case IntegerValue integer: result.Append(PythonNumber.Format(integer.Number)); break;
            case FloatValue number: result.Append(PythonNumber.Format(number.Number)); break;
            case StringValue text:
                budget.Characters(text.Text.Length);
                string quoted = Quote(text.Text, ascii: false);
                result.Append(text.IsMarkup ? $"Markup({quoted})" : quoted);
                break;
            case UndefinedValue: result.Append("Undefined"); break;
            case ListValue list: AppendItems(result, '[', list.Items, ']', budget); break;
            case TupleValue tuple: AppendItems(result, '(', tuple.Items, ')', budget, comma: tuple.Items.Length == 1); break;
            case DictValue dict: AppendDict(result, dict, budget); break;
            case DictViewValue view:
                result.Append(view.TypeName).Append('(');
                AppendItems(result, '[', Sequences.Items(view), ']', budget);
                result.Append(')');
                break;
            case RangeValue range:
                result.Append(CultureInfo.InvariantCulture, $"range({range.Start}, {range.Stop}");
                if (range.Step != 1) result.Append(CultureInfo.InvariantCulture, $", {range.Step}");
                result.Append(')');
                break;
            case NamespaceValue space:
                result.Append("<Namespace ");
                AppendDict(result, space.Attributes, budget);
                result.Append('>');
                break;
            case MacroValue macro:
                string name = macro.Definition.Name is null ? "anonymous" : Quote(macro.Definition.Name, ascii: false);
                result.Append("<Macro ").Append(name).Append('>');
                break;
            case LoopValue loop: result.Append(CultureInfo.InvariantCulture, $"<LoopContext {loop.Index0 + 1}/{loop.Length}>"); break;
            case FunctionValue { TypeName: "type" } type: result.Append("<class '").Append(type.QualifiedName).Append("'>"); break;
            case FunctionValue function: result.Append('<').Append(function.TypeName).Append(' ').Append(function.Name).Append('>'); break;
            default: result.Append('<').Append(value.TypeName).Append(" object>"); break;
        }
    }

    private static void AppendItems(
        StringBuilder result, char open, IReadOnlyList<Value> items, char close, Budget budget, bool comma = false)
    {
        StackGuard.Ensure();
        result.Append(open);
        for (int i = 0; i < items.Count; i++)
        {
            if (i > 0) result.Append(", ");
            Append(result, items[i], budget);
        }
        if (comma) result.Append(',');
        result.Append(close);
    }

    private static void AppendDict(StringBuilder result, DictValue dict, Budget budget)
    {
        StackGuard.Ensure();
        result.Append('{');
        bool first = true;
        foreach ((Value key, Value value) in dict.Entries)
        {
            if (!first) result.Append(", ");
            first = false;
            Append(result, key, budget);
            result.Append(": ");
            Append(result, value, budget);
        }
        result.Append('}');
    }

    /// <summary>A quoted string; ascii: with every other character escaped.</summary>
    public static string Quote(string text, bool ascii)
    {
        char quote = text.Contains('\'') && !text.Contains('"') ? '"' : '\'';
        var result = new StringBuilder(text.Length + 2).Append(quote);
        for (int i = 0; i < text.Length; i++)
        {
            char c = text[i];
            if (c == quote || c == '\\') result.Append('\\').Append(c);
            else if (c == '\n') result.Append("\\n");
            else if (c == '\r') result.Append("\\r");
            else if (c == '\t') result.Append("\\t");
            else if (c is >= ' ' and < '\x7f') result.Append(c);
            else i += AppendOther(result, text, i, ascii);
        }
        return result.Append(quote).ToString();
    }

    /// <summary>Appends a character that may need an escape; returns how many further UTF-16 units it takes.</summary>
    private static int AppendOther(StringBuilder result, string text, int index, bool ascii)
    {
        bool pair = PythonText.IsPairAt(text, index);
        int value = pair ? char.ConvertToUtf32(text[index], text[index + 1]) : text[index];
        if (!ascii && Rune.TryCreate(value, out Rune rune) && PythonText.IsPrintable(rune) && value >= 0x80) result.Append(rune);
        else if (value <= 0xff) result.Append(CultureInfo.InvariantCulture, $"\\x{value:x2}");
        else if (value <= 0xffff) result.Append(CultureInfo.InvariantCulture, $"\\u{value:x4}");
        else result.Append(CultureInfo.InvariantCulture, $"\\U{value:x8}");
        return pair ? 1 : 0;
    }
}
