using System.Collections.Frozen;
using System.Text;

namespace Engine.Templates;

/// <summary>A method of a text.</summary>
internal delegate Value StringMethod(Evaluator evaluator, StringValue self, CallArguments arguments);

/// <summary>The methods of Python's <c>str</c>. This part: the table, case and character classes.</summary>
internal static partial class StringMethods
{
    private static readonly FrozenDictionary<string, StringMethod> Methods = new Dictionary<string, StringMethod>
    {
        ["capitalize"] = Mapped("capitalize", UnicodeCase.Capitalize),
        ["casefold"] = Mapped("casefold", UnicodeCase.CaseFold),
        ["lower"] = Mapped("lower", UnicodeCase.Lower),
        ["swapcase"] = Mapped("swapcase", UnicodeCase.SwapCase),
        ["title"] = Mapped("title", UnicodeCase.Title),
        ["upper"] = Mapped("upper", UnicodeCase.Upper),
        ["isalnum"] = Every("isalnum", rune => PythonText.IsAlphabetic(rune) || PythonText.IsNumeric(rune)),
        ["isalpha"] = Every("isalpha", PythonText.IsAlphabetic),
        ["isdecimal"] = Every("isdecimal", PythonText.IsDecimal),
        ["isdigit"] = Every("isdigit", PythonText.IsDigit),
        ["isnumeric"] = Every("isnumeric", PythonText.IsNumeric),
        ["isspace"] = Every("isspace", rune => rune.IsBmp && PythonText.IsSpace((char)rune.Value)),
        ["isascii"] = Classified("isascii", text => Ascii.IsValid(text)),
        ["isprintable"] = Classified("isprintable", text => text.EnumerateRunes().All(PythonText.IsPrintable)),
        ["isidentifier"] = Classified("isidentifier", PythonText.IsIdentifier),
        ["islower"] = Classified("islower", IsLower),
        ["isupper"] = Classified("isupper", IsUpper),
        ["istitle"] = Classified("istitle", IsTitle),
        ["strip"] = (e, self, a) => Strip(e, self, a, "strip", start: true, end: true),
        ["lstrip"] = (e, self, a) => Strip(e, self, a, "lstrip", start: true, end: false),
        ["rstrip"] = (e, self, a) => Strip(e, self, a, "rstrip", start: false, end: true),
        ["removeprefix"] = RemovePrefix,
        ["removesuffix"] = RemoveSuffix,
        ["split"] = Split,
        ["rsplit"] = SplitFromRight,
        ["splitlines"] = SplitLines,
        ["partition"] = (e, self, a) => Partition(e, self, a, "partition", last: false),
        ["rpartition"] = (e, self, a) => Partition(e, self, a, "rpartition", last: true),
        ["startswith"] = (e, self, a) => Affix(e, self, a, "startswith", start: true),
        ["endswith"] = (e, self, a) => Affix(e, self, a, "endswith", start: false),
        ["find"] = (e, self, a) => new IntegerValue(Find(self, a, "find", last: false)),
        ["rfind"] = (e, self, a) => new IntegerValue(Find(self, a, "rfind", last: true)),
        ["index"] = (e, self, a) => Index(self, a, "index", last: false),
        ["rindex"] = (e, self, a) => Index(self, a, "rindex", last: true),
        ["count"] = Count,
        ["replace"] = Replace,
        ["join"] = Join,
        ["format"] = (e, self, a) => Like(e, self, new StrFormat(e, a).Run(self.Text)),
        ["format_map"] = FormatMap,
        ["center"] = (e, self, a) => Justify(e, self, a, "center", Center),
        ["ljust"] = (e, self, a) => Justify(
            e, self, a, "ljust", (text, width, fill, budget) => Pad(text, 0, width - text.Length, fill, budget)),
        ["rjust"] = (e, self, a) => Justify(
            e, self, a, "rjust", (text, width, fill, budget) => Pad(text, width - text.Length, 0, fill, budget)),
        ["zfill"] = ZeroFill,
        ["expandtabs"] = ExpandTabs,
        ["encode"] = Unsupported("encode"),
        ["maketrans"] = Unsupported("maketrans"),
        ["translate"] = Unsupported("translate"),
    }.ToFrozenDictionary();

    /// <summary>A method bound to its text, or null where <c>str</c> has none of this name.</summary>
    public static Value? Find(StringValue self, string name) => Methods.TryGetValue(name, out StringMethod? method)
        ? new FunctionValue(name, (evaluator, arguments) => method(evaluator, self, arguments), "builtin_function_or_method")
        : null;

    public static bool IsLower(string text) => HasCase(text, UnicodeCase.IsLower);

    public static bool IsUpper(string text) => HasCase(text, UnicodeCase.IsUpper);

    /// <summary>Whether there is a cased character and each of them is of this case.</summary>
    private static bool HasCase(string text, Func<Rune, bool> wanted)
    {
        bool any = false;
        foreach (Rune rune in text.EnumerateRunes())
        {
            if (wanted(rune)) any = true;
            else if (UnicodeCase.IsCased(rune)) return false;
        }
        return any;
    }

    private static bool IsTitle(string text)
    {
        bool any = false, inWord = false;
        foreach (Rune rune in text.EnumerateRunes())
        {
            bool begins = UnicodeCase.IsUpper(rune) || UnicodeCase.IsTitle(rune);
            if (inWord ? begins : UnicodeCase.IsLower(rune)) return false;
            any |= begins;
            inWord = UnicodeCase.IsCased(rune);
        }
        return any;
    }

    private static bool All(this StringRuneEnumerator runes, Func<Rune, bool> test)
    {
        foreach (Rune rune in runes)
        {
            if (!test(rune)) return false;
        }
        return true;
    }

    private static StringValue Like(Evaluator e, StringValue self, string text) => new(e.Budget.Text(text), self.IsMarkup);

    private static StringMethod Mapped(string name, Func<string, string> map) => (e, self, arguments) =>
    {
        arguments.Bind(name, 0);
        return Like(e, self, map(self.Text));
    };

    private static StringMethod Classified(string name, Func<string, bool> test) => (_, self, arguments) =>
    {
        arguments.Bind(name, 0);
        return BooleanValue.Of(test(self.Text));
    };

    private static StringMethod Every(string name, Func<Rune, bool> test) =>
        Classified(name, text => text.Length > 0 && text.EnumerateRunes().All(test));

    private static StringMethod Unsupported(string name) => (_, _, _) => throw new Failure($"str.{name} is not supported in templates");
}
