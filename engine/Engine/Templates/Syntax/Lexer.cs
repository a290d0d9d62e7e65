using System.Globalization;
using System.Numerics;

namespace Engine.Templates;

/// <summary>
/// Cuts a template into tokens, with Jinja2's treatment of white space: <c>-</c> strips across lines, <c>trim_blocks</c> drops the line
/// break after a statement or comment, <c>lstrip_blocks</c> the blanks before one that begins its line, and <c>+</c> prevents either.
/// </summary>
internal sealed class Lexer
{
    private static readonly string[] Operators =
    [
        "//", "**", "==", "!=", ">=", "<=", "+", "-", "/", "*", "%", "~", "[", "]", "(", ")", "{", "}", ">", "<", "=", ".", ":", "|", ",",
        ";",
    ];

    private readonly string _source;
    private readonly List<Token> _tokens = [];
    private int _position;
    private int _line = 1;
    private bool _lineStarting = true;

    public Lexer(string source)
    {
        _source = PythonText.NormalizeLineBreaks(source);
        if (_source.EndsWith('\n')) _source = _source[..^1];
    }

    public List<Token> Tokenize()
    {
        while (_position < _source.Length) ReadTextAndTag();
        _tokens.Add(new Token(TokenKind.End, "", _line));
        return _tokens;
    }

    private static bool IsSpace(char c) => PythonText.IsSpace(c);

    private bool At(string text) => string.CompareOrdinal(_source, _position, text, 0, text.Length) == 0;

    private void AdvanceTo(int end)
    {
        for (int i = _position; i < end; i++)
        {
            if (_source[i] == '\n') _line++;
        }
        if (end > _position) _lineStarting = _source[end - 1] == '\n';
        _position = end;
    }

    private int SkipSpace(int position)
    {
        while (position < _source.Length && IsSpace(_source[position])) position++;
        return position;
    }

    private void ReadTextAndTag()
    {
        int tag = FindTag(_position);
        if (tag < 0)
        {
            _tokens.Add(new Token(TokenKind.Text, _source[_position..], _line));
            AdvanceTo(_source.Length);
            return;
        }
        char kind = _source[tag + 1];
        char sign = tag + 2 < _source.Length && _source[tag + 2] is '-' or '+' ? _source[tag + 2] : '\0';
        AddText(tag, sign, lstrip: kind != '{');
        int body = tag + (sign == '\0' ? 2 : 3);
        if (kind == '%' && TryReadRaw(body)) return;
        AdvanceTo(body);
        switch (kind)
        {
            case '#':
                SkipComment();
                break;
            case '%':
                _tokens.Add(new Token(TokenKind.BlockBegin, "", _line));
                ReadCode("%}", TokenKind.BlockEnd);
                break;
            default:
                _tokens.Add(new Token(TokenKind.PrintBegin, "", _line));
                ReadCode("}}", TokenKind.PrintEnd);
                break;
        }
    }

    private int FindTag(int start)
    {
        for (int i = _source.IndexOf('{', start); i >= 0 && i + 1 < _source.Length; i = _source.IndexOf('{', i + 1))
        {
            if (_source[i + 1] is '%' or '{' or '#') return i;
        }
        return -1;
    }

    /// <summary>Adds the text from here to <paramref name="end"/>, where a tag with this sign begins.</summary>
    private void AddText(int end, char sign, bool lstrip)
    {
        int textEnd = end;
        if (sign == '-')
        {
            while (textEnd > _position && IsSpace(_source[textEnd - 1])) textEnd--;
        }
        else if (sign != '+' && lstrip && end > _position)
        {
            int lineStart = _source.LastIndexOf('\n', end - 1, end - _position) + 1;
            if (lineStart > 0 || _lineStarting)
            {
                lineStart = Math.Max(lineStart, _position);
                if (SkipSpace(lineStart) >= end) textEnd = lineStart;
            }
        }
        if (textEnd > _position) _tokens.Add(new Token(TokenKind.Text, _source[_position..textEnd], _line));
        AdvanceTo(end);
    }

    private void SkipComment()
    {
        int close = _source.IndexOf("#}", _position, StringComparison.Ordinal);
        // As in Jinja2, what is opened by the very last characters need not be closed.
        if (close < 0 && _position == _source.Length) return;
        if (close < 0) throw new SyntaxFailure("Missing end of comment tag", _line);
        AdvanceTo(TagEnd(close, close > _position ? _source[close - 1] : '\0'));
    }

    /// <summary>Where the text goes on after the two characters that close a statement or comment.</summary>
    private int TagEnd(int close, char sign)
    {
        int end = close + 2;
        if (sign == '-') return SkipSpace(end);
        return sign != '+' && end < _source.Length && _source[end] == '\n' ? end + 1 : end;
    }

    private bool TryReadRaw(int body)
    {
        if (!TryKeywordTag(body, "raw", allowPlus: false, out int close, out char sign)) return false;
        int start = _line;
        AdvanceTo(sign == '-' ? SkipSpace(close + 2) : close + 2);
        for (int i = _source.IndexOf("{%", _position, StringComparison.Ordinal); i >= 0;
            i = _source.IndexOf("{%", i + 1, StringComparison.Ordinal))
        {
            char before = i + 2 < _source.Length && _source[i + 2] is '-' or '+' ? _source[i + 2] : '\0';
            if (!TryKeywordTag(i + (before == '\0' ? 2 : 3), "endraw", allowPlus: true, out close, out sign)) continue;
            AddText(i, before, lstrip: true);
            AdvanceTo(TagEnd(close, sign));
            return true;
        }
        return _position == _source.Length ? true : throw new SyntaxFailure("Missing end of raw directive", start);
    }

    /// <summary>Whether a keyword and the end of a statement follow, and where its closing characters and sign are.</summary>
    private bool TryKeywordTag(int position, string keyword, bool allowPlus, out int close, out char sign)
    {
        close = 0;
        sign = '\0';
        position = SkipSpace(position);
        if (string.CompareOrdinal(_source, position, keyword, 0, keyword.Length) != 0) return false;
        close = SkipSpace(position + keyword.Length);
        if (close < _source.Length && (_source[close] == '-' || (allowPlus && _source[close] == '+'))) sign = _source[close++];
        return string.CompareOrdinal(_source, close, "%}", 0, 2) == 0;
    }

    /// <summary>Reads the tokens of a statement or expression up to its end.</summary>
    private void ReadCode(string end, TokenKind endKind)
    {
        var open = new Stack<char>();
        while (_position < _source.Length)
        {
            if (open.Count == 0 && TryReadEnd(end, endKind)) return;
            char c = _source[_position];
            if (IsSpace(c)) AdvanceTo(SkipSpace(_position));
            else if (char.IsAsciiDigit(c)) ReadNumber();
            else if (c is '\'' or '"') ReadString(c);
            else if (PythonText.IsWord(_source, _position)) ReadName();
            else ReadOperator(open);
        }
    }

    private bool TryReadEnd(string end, TokenKind kind)
    {
        char sign = _source[_position];
        bool signed = sign == '-' || (sign == '+' && kind == TokenKind.BlockEnd);
        int close = signed ? _position + 1 : _position;
        if (string.CompareOrdinal(_source, close, end, 0, 2) != 0) return false;
        _tokens.Add(new Token(kind, "", _line));
        AdvanceTo(kind == TokenKind.BlockEnd ? TagEnd(close, signed ? sign : '\0') : signed ? SkipSpace(close + 2) : close + 2);
        return true;
    }

    private void ReadName()
    {
        int end = _position;
        while (end < _source.Length && PythonText.IsWord(_source, end)) end += char.IsSurrogatePair(_source, end) ? 2 : 1;
        string name = _source[_position..end];
        if (!PythonText.IsIdentifier(name)) throw new SyntaxFailure("Invalid character in identifier", _line);
        _tokens.Add(new Token(TokenKind.Name, name, _line));
        AdvanceTo(end);
    }

    private void ReadOperator(Stack<char> open)
    {
        string? found = Array.Find(Operators, At);
        if (found is null) throw new SyntaxFailure($"unexpected char '{_source[_position]}' at {_position}", _line);
        if (found is "{" or "(" or "[")
        {
            open.Push(found == "{" ? '}' : found == "(" ? ')' : ']');
        }
        else if (found is "}" or ")" or "]")
        {
            if (!open.TryPop(out char expected)) throw new SyntaxFailure($"unexpected '{found}'", _line);
            if (expected != found[0]) throw new SyntaxFailure($"unexpected '{found}', expected '{expected}'", _line);
        }
        _tokens.Add(new Token(TokenKind.Operator, found, _line));
        AdvanceTo(_position + found.Length);
    }

    private void ReadString(char quote)
    {
        int end = _position + 1;
        while (end < _source.Length && _source[end] != quote) end += _source[end] == '\\' ? 2 : 1;
        if (end >= _source.Length) throw new SyntaxFailure($"unexpected char '{quote}' at {_position}", _line);
        string text = StringLiteral.Decode(_source[(_position + 1)..end], _line);
        _tokens.Add(new Token(TokenKind.String, text, _line));
        AdvanceTo(end + 1);
    }

    private void ReadNumber()
    {
        bool afterDot = _position > 0 && _source[_position - 1] == '.';
        int end = Digits(_position, char.IsAsciiDigit);
        int floatEnd = afterDot ? end : FloatEnd(end);
        if (floatEnd > end)
        {
            string text = _source[_position..floatEnd].Replace("_", "", StringComparison.Ordinal);
            double value = double.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture);
            _tokens.Add(new Token(TokenKind.Float, text, _line, Float: value));
            AdvanceTo(floatEnd);
            return;
        }
        ReadInteger(end);
    }

    private void ReadInteger(int decimalEnd)
    {
        int end = decimalEnd;
        BigInteger value;
        char prefix = _source[_position] == '0' && _position + 1 < _source.Length ? char.ToLowerInvariant(_source[_position + 1]) : '\0';
        Func<char, bool>? isDigit = prefix switch
        {
            'x' => char.IsAsciiHexDigit,
            'o' => c => c is >= '0' and <= '7',
            'b' => c => c is '0' or '1',
            _ => null,
        };
        int first = _position + 2;
        if (isDigit is not null && first < _source.Length && _source[first] == '_') first++;
        if (isDigit is not null && first < _source.Length && isDigit(_source[first]))
        {
            end = Digits(first, isDigit);
            string digits = _source[first..end];
            int radix = prefix == 'x' ? 16 : prefix == 'o' ? 8 : 2;
            value = PythonNumber.ParseDigits(digits.Replace("_", "", StringComparison.Ordinal), radix);
        }
        else
        {
            // A decimal that begins with zero is zeros only: 007 is the token 00 and then 7.
            if (_source[_position] == '0') end = Digits(_position, c => c == '0');
            if (end - _position > PythonNumber.MaxDigits) throw new SyntaxFailure("integer literal with too many digits", _line);
            value = BigInteger.Parse(_source[_position..end].Replace("_", "", StringComparison.Ordinal), CultureInfo.InvariantCulture);
        }
        _tokens.Add(new Token(TokenKind.Integer, _source[_position..end], _line, Integer: value));
        AdvanceTo(end);
    }

    /// <summary>The end of a run of digits with single underscores between them.</summary>
    private int Digits(int position, Func<char, bool> isDigit)
    {
        while (position < _source.Length)
        {
            bool joined = _source[position] == '_' && position + 1 < _source.Length && isDigit(_source[position + 1]);
            if (!isDigit(_source[position]) && !joined) break;
            position++;
        }
        return position;
    }

    private int FloatEnd(int end)
    {
        int result = end;
        if (end + 1 < _source.Length && _source[end] == '.' && char.IsAsciiDigit(_source[end + 1]))
        {
            result = Digits(end + 1, char.IsAsciiDigit);
        }
        if (result < _source.Length && _source[result] is 'e' or 'E')
        {
            int exponent = result + 1;
            if (exponent < _source.Length && _source[exponent] is '+' or '-') exponent++;
            if (exponent < _source.Length && char.IsAsciiDigit(_source[exponent])) return Digits(exponent, char.IsAsciiDigit);
        }
        return result;
    }
}
