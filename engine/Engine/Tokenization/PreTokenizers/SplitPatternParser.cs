using System.Globalization;
using System.Text;

namespace Engine.Tokenization.PreTokenizers;

/// <summary>
/// Compiles the regular expressions that models publish for splitting text, over code points instead of UTF-16 units. It knows what
/// they use: literals, escapes, classes with ranges, properties and intersections, groups, <c>(?i:</c>, lookahead, lookbehind for one
/// character, anchors, word boundaries, greedy and lazy quantifiers.
/// </summary>
internal sealed class SplitPatternParser
{
    private const int DeepestNesting = 100;
    private const int LongestProgram = 20_000;

    private readonly int[] _pattern;
    private readonly string _text;
    private readonly CharClasses _classes;
    private int _position;
    private int _depth;
    private bool _ignoreCase;

    private SplitPatternParser(string pattern, CharClasses classes)
    {
        _text = pattern;
        _pattern = [.. pattern.EnumerateRunes().Select(rune => rune.Value)];
        _classes = classes;
    }

    /// <summary>Compiles a pattern: one program for each alternative at the top, to be tried in order.</summary>
    /// <exception cref="FormatException">The pattern uses what is not known here.</exception>
    public static Instruction[][] Parse(string pattern, CharClasses classes)
    {
        var parser = new SplitPatternParser(pattern, classes);
        List<List<Instruction>> alternatives = parser.ParseAlternatives();
        if (parser._position < parser._pattern.Length) throw parser.Error("an unexpected ')'");
        return [.. alternatives.Select(program => program.Append(new Instruction(Operation.Match)).ToArray())];
    }

    private List<List<Instruction>> ParseAlternatives()
    {
        List<List<Instruction>> alternatives = [ParseSequence()];
        while (TryTake('|')) alternatives.Add(ParseSequence());
        return alternatives;
    }

    private List<Instruction> ParseSequence()
    {
        var program = new List<Instruction>();
        while (_position < _pattern.Length && _pattern[_position] is not ('|' or ')'))
        {
            List<Instruction> atom = ParseAtom();
            program.AddRange(ParseQuantifier(atom));
            if (program.Count > LongestProgram) throw Error("too many repetitions");
        }
        return program;
    }

    private List<Instruction> ParseAtom()
    {
        int c = _pattern[_position++];
        return c switch
        {
            '(' => ParseGroup(),
            '[' => [Instruction.OneOf(ParseClassBit())],
            '$' => [new Instruction(Operation.AtEnd)],
            '^' => [new Instruction(Operation.AtStart)],
            '.' => [Instruction.OneOf(_classes.GetBit(".", static x => x != '\n'))],
            '\\' => ParseAnchor() ?? [Instruction.OneOf(ParseEscapeBit())],
            '*' or '+' or '?' => throw Error("a quantifier of nothing"),
            _ => [Instruction.OneOf(LiteralBit(c))],
        };
    }

    /// <summary>Parses what takes no character, behind its backslash; null where it is something else.</summary>
    private List<Instruction>? ParseAnchor()
    {
        if (TryTake('b')) return [new Instruction(Operation.Boundary, WordBit())];
        if (TryTake('B')) return [new Instruction(Operation.NotBoundary, WordBit())];
        if (TryTake('A')) return [new Instruction(Operation.AtStart)];
        return TryTake('z') ? [new Instruction(Operation.AtEnd)] : null;
    }

    private int WordBit() => _classes.GetBit("\\w", UnicodeSets.IsPatternWord);

    private List<Instruction> ParseGroup()
    {
        if (++_depth > DeepestNesting) throw Error($"groups in groups, more than {DeepestNesting} deep");
        List<Instruction> group = ParseGroupContent();
        _depth--;
        return group;
    }

    private List<Instruction> ParseGroupContent()
    {
        bool ignoreCase = _ignoreCase;
        Operation? look = null;
        if (TryTake("?<=")) return ParseBehind(Operation.Behind);
        if (TryTake("?<!")) return ParseBehind(Operation.NotBehind);
        if (TryTake("?i:")) _ignoreCase = true;
        else if (TryTake("?=")) look = Operation.Ahead;
        else if (TryTake("?!")) look = Operation.NotAhead;
        else TryTake("?:");
        List<Instruction> group = Alternate(ParseAlternatives());
        if (!TryTake(')')) throw Error("a group without end");
        _ignoreCase = ignoreCase;
        return look is null ? group
            : [new Instruction(look.Value, First: group.Count + 2), .. group, new Instruction(Operation.Match)];
    }

    /// <summary>Parses the one character that a lookbehind asks for.</summary>
    private List<Instruction> ParseBehind(Operation operation)
    {
        List<Instruction> character = ParseSequence();
        if (!TryTake(')') || character is not [{ Operation: Operation.Run, Minimum: 1, Maximum: 1 } one])
            throw Error("a lookbehind for other than one character");
        return [new Instruction(operation, one.Bit)];
    }

    private static List<Instruction> Alternate(List<List<Instruction>> alternatives)
    {
        List<Instruction> program = alternatives[^1];
        for (int i = alternatives.Count - 2; i >= 0; i--)
        {
            List<Instruction> before = alternatives[i];
            program =
            [
                new Instruction(Operation.Split, First: 1, Second: before.Count + 2),
                .. before, new Instruction(Operation.Jump, First: program.Count + 1), .. program,
            ];
        }
        return program;
    }

    private List<Instruction> ParseQuantifier(List<Instruction> atom)
    {
        (int minimum, int maximum) = (1, 1);
        if (TryTake('?')) minimum = 0;
        else if (TryTake('*')) (minimum, maximum) = (0, int.MaxValue);
        else if (TryTake('+')) maximum = int.MaxValue;
        else if (TryTake('{')) (minimum, maximum) = ParseCounts();
        else return atom;

        if (TryTake('?')) return Repeat(atom, minimum, maximum, lazy: true);
        // A possessive quantifier gives nothing back; in the patterns that have them nothing is to be had from giving back.
        TryTake('+');
        if (atom is [{ Operation: Operation.Run, Minimum: 1, Maximum: 1 } one]) return [one with { Minimum = minimum, Maximum = maximum }];
        return Repeat(atom, minimum, maximum);
    }

    private List<Instruction> Repeat(List<Instruction> atom, int minimum, int maximum, bool lazy = false)
    {
        long copies = maximum == int.MaxValue ? minimum + 1L : maximum;
        if (copies * (atom.Count + 1) > LongestProgram) throw Error("too many repetitions");
        var program = new List<Instruction>();
        for (int i = 0; i < minimum; i++) program.AddRange(atom);
        if (maximum == int.MaxValue)
        {
            if (CanBeEmpty(atom)) throw Error("a repeated group that can be empty");
            program.Add(Choose(1, atom.Count + 2));
            program.AddRange(atom);
            program.Add(new Instruction(Operation.Jump, First: -(atom.Count + 1)));
            return program;
        }
        for (int i = minimum; i < maximum; i++)
        {
            program.Add(Choose(1, (maximum - i) * (atom.Count + 1)));
            program.AddRange(atom);
        }
        return program;

        Instruction Choose(int more, int enough) =>
            new(Operation.Split, First: lazy ? enough : more, Second: lazy ? more : enough);
    }

    /// <summary>Whether a program can get to its end without taking a character.</summary>
    private static bool CanBeEmpty(List<Instruction> program)
    {
        var seen = new bool[program.Count + 1];
        var open = new Stack<int>([0]);
        while (open.TryPop(out int pc))
        {
            if (seen[pc]) continue;
            seen[pc] = true;
            if (pc == program.Count) return true;
            Instruction step = program[pc];
            switch (step.Operation)
            {
                case Operation.Run:
                    if (step.Minimum == 0) open.Push(pc + 1);
                    break;
                case Operation.Split:
                    open.Push(pc + step.First);
                    open.Push(pc + step.Second);
                    break;
                case Operation.Jump or Operation.Ahead or Operation.NotAhead:
                    open.Push(pc + step.First);
                    break;
                default:
                    open.Push(pc + 1);
                    break;
            }
        }
        return false;
    }

    private (int Minimum, int Maximum) ParseCounts()
    {
        int minimum = ParseNumber();
        int maximum = minimum;
        if (TryTake(',')) maximum = _position < _pattern.Length && _pattern[_position] == '}' ? int.MaxValue : ParseNumber();
        if (!TryTake('}') || maximum < minimum) throw Error("a bad count");
        return (minimum, maximum);
    }

    private int ParseNumber()
    {
        int start = _position;
        while (_position < _pattern.Length && _pattern[_position] is >= '0' and <= '9') _position++;
        string digits = string.Concat(_pattern[start.._position].Select(c => (char)c));
        return int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out int value) ? value : throw Error("a bad count");
    }

    private int LiteralBit(int c)
    {
        if (!_ignoreCase || c > 0x7F || !char.IsAsciiLetter((char)c)) return _classes.GetBit(new Rune(c).ToString(), x => x == c);
        int lower = c | 0x20;
        return _classes.GetBit($"(?i){(char)lower}", x => x <= 0x7F && (x | 0x20) == lower);
    }

    private int ParseEscapeBit()
    {
        int start = _position - 1;
        Predicate<int> set = ParseEscape();
        return _classes.GetBit(Source(start), set);
    }

    private int ParseClassBit()
    {
        int start = _position - 1;
        Predicate<int> set = ParseClass();
        return _classes.GetBit(Source(start), set);
    }

    /// <summary>Parses a class behind its bracket.</summary>
    private Predicate<int> ParseClass()
    {
        bool negated = TryTake('^');
        var items = new List<Predicate<int>>();
        Predicate<int>? restriction = null;
        for (bool first = true; ; first = false)
        {
            if (_position >= _pattern.Length) throw Error("a class without end");
            if (!first && TryTake(']')) break;
            if (_pattern[_position] == '[' && _position + 1 < _pattern.Length && _pattern[_position + 1] == ':') throw Error("a POSIX class");
            if (TryTake("&&[")) restriction = ParseNestedClass();
            else if (TryTake('[')) items.Add(ParseNestedClass());
            else items.Add(ParseClassItem());
        }
        Predicate<int>[] sets = [.. items];
        return x => (Array.Exists(sets, set => set(x)) && (restriction is null || restriction(x))) != negated;
    }

    private Predicate<int> ParseNestedClass()
    {
        if (++_depth > DeepestNesting) throw Error($"classes in classes, more than {DeepestNesting} deep");
        Predicate<int> set = ParseClass();
        _depth--;
        return set;
    }

    private Predicate<int> ParseClassItem()
    {
        if (_pattern[_position] == '\\' && _position + 1 < _pattern.Length && _pattern[_position + 1] < 0x80 &&
            char.IsAsciiLetter((char)_pattern[_position + 1]))
        {
            _position++;
            return ParseEscape();
        }
        int first = ParseClassCharacter();
        int last = first;
        if (_position + 1 < _pattern.Length && _pattern[_position] == '-' && _pattern[_position + 1] != ']')
        {
            _position++;
            last = ParseClassCharacter();
        }
        if (last < first) throw Error("a range that ends before it begins");
        return x => x >= first && x <= last;
    }

    private int ParseClassCharacter()
    {
        TryTake('\\');
        return _position < _pattern.Length ? _pattern[_position++] : throw Error("a class without end");
    }

    /// <summary>Parses an escape behind its backslash.</summary>
    private Predicate<int> ParseEscape()
    {
        if (_position >= _pattern.Length) throw Error("a backslash at the end");
        int c = _pattern[_position++];
        switch (c)
        {
            case 'r': return static x => x == '\r';
            case 'n': return static x => x == '\n';
            case 't': return static x => x == '\t';
            case 's': return UnicodeSets.IsWhiteSpace;
            case 'S': return static x => !UnicodeSets.IsWhiteSpace(x);
            case 'd': return UnicodeSets.GetProperty("Nd");
            case 'D': return ParseNegated("Nd");
            case 'w': return UnicodeSets.IsPatternWord;
            case 'W': return static x => !UnicodeSets.IsPatternWord(x);
            case 'f': return static x => x == '\f';
            case 'v': return static x => x == '\v';
            case 'x' or 'u': return ParseHex(c == 'x' ? 2 : 4);
            case 'p' or 'P':
                if (!TryTake('{')) throw Error("a property without a name");
                int end = Array.IndexOf(_pattern, '}', _position);
                if (end < 0) throw Error("a property without end");
                string name = string.Concat(_pattern[_position..end].Select(x => (char)x));
                _position = end + 1;
                bool negated = name.StartsWith('^') != (c == 'P');
                return negated ? ParseNegated(name.TrimStart('^')) : UnicodeSets.GetProperty(name.TrimStart('^'));
            case <= 0x7F when char.IsAsciiLetterOrDigit((char)c): throw Error($"the unknown escape \\{(char)c}");
            default: return x => x == c;
        }
    }

    private static Predicate<int> ParseNegated(string property)
    {
        Predicate<int> set = UnicodeSets.GetProperty(property);
        return x => !set(x);
    }

    /// <summary>Parses a code point in hexadecimal: so many digits, or any number of them in braces.</summary>
    private Predicate<int> ParseHex(int digits)
    {
        bool braces = TryTake('{');
        int end = braces ? Array.IndexOf(_pattern, '}', _position) : _position + digits;
        if (end < _position || end > _pattern.Length || end - _position > 8) throw Error("a bad code point");
        string text = string.Concat(_pattern[_position..end].Select(x => (char)x));
        if (!int.TryParse(text, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out int codePoint))
            throw Error("a bad code point");
        _position = braces ? end + 1 : end;
        return x => x == codePoint;
    }

    private string Source(int start) => string.Concat(_pattern[start.._position].Select(c => new Rune(c).ToString()));

    private bool TryTake(char c)
    {
        if (_position >= _pattern.Length || _pattern[_position] != c) return false;
        _position++;
        return true;
    }

    private bool TryTake(string text)
    {
        if (_position + text.Length > _pattern.Length) return false;
        for (int i = 0; i < text.Length; i++)
        {
            if (_pattern[_position + i] != text[i]) return false;
        }
        _position += text.Length;
        return true;
    }

    private FormatException Error(string what) => new($"Pattern {_text}: {what} at {_position}.");
}
