namespace Engine.Templates;

/// <summary>Parses tokens into a syntax tree by recursive descent, after Jinja2's own grammar. This part: statements.</summary>
internal sealed partial class Parser(List<Token> tokens)
{
    /// <summary>Blocks and expressions inside one another; Jinja2 itself gives up near 80.</summary>
    private const int MaxDepth = 150;

    private readonly Stack<string[]> _endTags = new();
    private readonly Stack<string> _openTags = new();
    private readonly Stack<SpecialNames> _macros = new();
    private int _next;
    private int _depth;
    private int _loops;

    private Token Current => tokens[_next];

    public Statement[] ParseTemplate() => ParseBody(null);

    private static SyntaxFailure Error(string message, int line) => new(message, line);

    private Token Advance() => tokens[_next == tokens.Count - 1 ? _next : _next++];

    private Token LookAhead() => tokens[Math.Min(_next + 1, tokens.Count - 1)];

    private bool SkipName(string name)
    {
        if (!Current.IsName(name)) return false;
        Advance();
        return true;
    }

    private bool SkipOperator(string text)
    {
        if (!Current.IsOperator(text)) return false;
        Advance();
        return true;
    }

    private Token Expect(bool matches, string expected)
    {
        if (matches) return Advance();
        throw Error(
            Current.Kind == TokenKind.End
                ? $"unexpected end of template, expected '{expected}'."
                : $"expected token '{expected}', got '{Current.Description}'",
            Current.Line);
    }

    private Token ExpectName() => Expect(Current.Kind == TokenKind.Name, "name");

    private Token ExpectName(string name) => Expect(Current.IsName(name), name);

    private Token ExpectOperator(string text) => Expect(Current.IsOperator(text), text);

    private Token ExpectBlockEnd() => Expect(Current.Kind == TokenKind.BlockEnd, "end of statement block");

    private void Enter()
    {
        if (++_depth > MaxDepth) throw Error("blocks and expressions are nested too deeply", Current.Line);
    }

    private void Leave() => _depth--;

    /// <summary>Parses statements up to one of the end tags, whose name is then the current token; null: up to the end.</summary>
    private Statement[] ParseBody(string[]? endTags)
    {
        Enter();
        if (endTags is not null) _endTags.Push(endTags);
        var body = new List<Statement>();
        while (Current.Kind != TokenKind.End)
        {
            Token token = Advance();
            if (token.Kind == TokenKind.Text)
            {
                body.Add(new TextStatement(token.Text, token.Line));
            }
            else if (token.Kind == TokenKind.PrintBegin)
            {
                body.Add(new PrintStatement(ParseTuple(), token.Line));
                Expect(Current.Kind == TokenKind.PrintEnd, "end of print statement");
            }
            else
            {
                if (endTags is not null && Current.Kind == TokenKind.Name && Array.IndexOf(endTags, Current.Text) >= 0) break;
                ParseStatement(body);
                ExpectBlockEnd();
            }
        }
        if (endTags is not null)
        {
            if (Current.Kind == TokenKind.End) throw UnknownTag(null, Current.Line);
            _endTags.Pop();
        }
        Leave();
        return [.. body];
    }

    /// <summary>Parses a block's body after its opening tag, and takes the name of the end tag.</summary>
    private Statement[] ParseBlock(params string[] endTags)
    {
        SkipOperator(":");
        ExpectBlockEnd();
        return ParseBody(endTags);
    }

    private Statement[] ParseWholeBlock(string endTag)
    {
        Statement[] body = ParseBlock(endTag);
        Advance();
        return body;
    }

    private SyntaxFailure UnknownTag(string? name, int line)
    {
        string message = name is null ? "Unexpected end of template." : $"Encountered unknown tag '{name}'.";
        if (_endTags.TryPeek(out string[]? wanted))
        {
            string list = string.Join(" or ", wanted.Select(tag => $"'{tag}'"));
            message += name is not null && _endTags.Any(tags => tags.Contains(name))
                ? $" You probably made a nesting mistake. Jinja is expecting this tag, but currently looking for {list}."
                : $" Jinja was looking for the following tags: {list}.";
        }
        if (_openTags.TryPeek(out string? open)) message += $" The innermost block that needs to be closed is '{open}'.";
        return Error(message, line);
    }

    private void ParseStatement(List<Statement> body)
    {
        if (Current.Kind != TokenKind.Name) throw Error("tag name expected", Current.Line);
        Token tag = Advance();
        _openTags.Push(tag.Text);
        int line = tag.Line;
        switch (tag.Text)
        {
            case "if": body.Add(ParseIf(line)); break;
            case "for": body.Add(ParseFor(line)); break;
            case "set": body.Add(ParseSet(line)); break;
            case "macro": body.Add(ParseMacro(line)); break;
            case "call": body.Add(ParseCallBlock(line)); break;
            case "filter": body.Add(ParseFilterBlock(line)); break;
            case "with": body.Add(ParseWith(line)); break;
            case "print": ParsePrint(body, line); break;
            case "generation": body.Add(new ScopeStatement(ParseFunctionBody("endgeneration"), false, line)); break;
            case "block": body.Add(ParseTemplateBlock(line)); break;
            case "autoescape": body.Add(ParseAutoescape(line)); break;
            case "break" or "continue": body.Add(ParseLoopControl(tag)); break;
            case "include" or "import" or "from" or "extends": body.Add(ParseRefused(tag)); break;
            default:
                _openTags.Pop();
                throw UnknownTag(tag.Text, line);
        }
        _openTags.Pop();
    }

    private IfStatement ParseIf(int line)
    {
        var branches = new List<KeyValuePair<Expression, Statement[]>>();
        Statement[] otherwise = [];
        while (true)
        {
            Expression test = ParseTuple(conditional: false);
            branches.Add(new(test, ParseBlock("elif", "else", "endif")));
            string end = Advance().Text;
            if (end == "elif") continue;
            if (end == "else") otherwise = ParseWholeBlock("endif");
            return new IfStatement([.. branches], otherwise, line);
        }
    }

    private ForStatement ParseFor(int line)
    {
        _loops++;
        Target target = ParseTarget(allowNamespace: false, end: "in");
        ExpectName("in");
        _loops--;
        Expression items = ParseTuple(conditional: false, end: "recursive");
        _loops++;
        Expression? condition = SkipName("if") ? ParseExpression() : null;
        bool recursive = SkipName("recursive");
        Statement[] body = ParseBlock("endfor", "else");
        Statement[] otherwise = [];
        if (Advance().Text == "else")
        {
            _loops--;
            otherwise = ParseWholeBlock("endfor");
            _loops++;
        }
        _loops--;
        return new ForStatement(target, items, condition, recursive, body, otherwise, line);
    }

    private Statement ParseLoopControl(Token tag)
    {
        if (_loops == 0) throw Error($"'{tag.Text}' outside loop", tag.Line);
        return tag.Text == "break" ? new BreakStatement(tag.Line) : new ContinueStatement(tag.Line);
    }

    private Statement ParseSet(int line)
    {
        Target target = ParseTarget(allowNamespace: true);
        if (SkipOperator("=")) return new SetStatement(target, ParseTuple(), line);
        Expression? filter = ParseFilters(null, inline: false);
        return new SetBlockStatement(target, (FilterExpression?)filter, ParseWholeBlock("endset"), line);
    }

    private FilterBlockStatement ParseFilterBlock(int line)
    {
        var filter = (FilterExpression)ParseFilters(null, inline: true)!;
        return new FilterBlockStatement(filter, ParseWholeBlock("endfilter"), line);
    }

    private WithStatement ParseWith(int line)
    {
        var bindings = new List<KeyValuePair<Target, Expression>>();
        while (Current.Kind != TokenKind.BlockEnd)
        {
            if (bindings.Count > 0) ExpectOperator(",");
            int loops = _loops;
            _loops = 0;
            Target target = ParseTarget(allowNamespace: false);
            _loops = loops;
            ExpectOperator("=");
            bindings.Add(new(target, ParseExpression()));
        }
        return new WithStatement([.. bindings], ParseWholeBlock("endwith"), line);
    }

    private void ParsePrint(List<Statement> body, int line)
    {
        for (int count = 0; Current.Kind != TokenKind.BlockEnd; count++)
        {
            if (count > 0) ExpectOperator(",");
            body.Add(new PrintStatement(ParseExpression(), line));
        }
    }

    /// <summary>Without inheritance a block stands for its body.</summary>
    private ScopeStatement ParseTemplateBlock(int line)
    {
        string name = ExpectName().Text;
        bool scoped = SkipName("scoped");
        SkipName("required");
        Statement[] body = ParseFunctionBody("endblock");
        SkipName(name);
        return new ScopeStatement(body, !scoped, line);
    }

    private Statement ParseAutoescape(int line)
    {
        Expression value = ParseExpression();
        Statement[] body = ParseWholeBlock("endautoescape");
        return value is LiteralExpression { Value.IsTrue: false }
            ? new ScopeStatement(body, false, line)
            : new RefusedStatement("autoescape is not supported: a prompt is not HTML", line);
    }

    private RefusedStatement ParseRefused(Token tag)
    {
        ParseExpression();
        while (Current.Kind != TokenKind.BlockEnd && Current.Kind != TokenKind.End) Advance();
        return new RefusedStatement($"'{tag.Text}' needs other templates, and a chat template has none", tag.Line);
    }
}
