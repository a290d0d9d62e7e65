namespace Engine.Templates;

/// <summary>The part of the parser that reads what follows a primary: attributes, items, calls, filters and tests.</summary>
internal sealed partial class Parser
{
    private Expression ParsePostfix(Expression value)
    {
        while (Current.Kind == TokenKind.Operator)
        {
            switch (Current.Text)
            {
                case ".": value = ParseAttribute(value); break;
                case "[": value = ParseItem(value); break;
                case "(": value = ParseCall(value); break;
                default: return value;
            }
        }
        return value;
    }

    private Expression ParseFiltersAndTests(Expression value)
    {
        while (true)
        {
            if (Current.IsOperator("|")) value = ParseFilters(value, inline: false)!;
            else if (Current.IsName("is")) value = ParseTest(value);
            else if (Current.IsOperator("(")) value = ParseCall(value);
            else return value;
        }
    }

    private Expression ParseAttribute(Expression target)
    {
        int line = Advance().Line;
        Token name = Advance();
        return name.Kind switch
        {
            TokenKind.Name => new AttributeExpression(target, name.Text, line),
            TokenKind.Integer => new ItemExpression(target, new LiteralExpression(new IntegerValue(name.Integer), name.Line), line),
            _ => throw Error("expected name or number", name.Line),
        };
    }

    private Expression ParseItem(Expression target)
    {
        int line = Advance().Line;
        if (Current.IsOperator("]")) return FinishItem(target, new TupleExpression([], line), line);
        if (!Current.IsOperator(":"))
        {
            Expression index = ParseExpression();
            if (!Current.IsOperator(":")) return FinishItem(target, index, line);
            return ParseSlice(target, index, line);
        }
        return ParseSlice(target, null, line);
    }

    private ItemExpression FinishItem(Expression target, Expression index, int line)
    {
        if (Current.IsOperator(","))
        {
            var items = new List<Expression> { index };
            while (SkipOperator(",")) items.Add(ParseExpression());
            index = new TupleExpression([.. items], line);
        }
        ExpectOperator("]");
        return new ItemExpression(target, index, line);
    }

    private SliceExpression ParseSlice(Expression target, Expression? start, int line)
    {
        ExpectOperator(":");
        Expression? stop = Current.IsOperator(":") || Current.IsOperator("]") ? null : ParseExpression();
        Expression? step = null;
        if (SkipOperator(":") && !Current.IsOperator("]")) step = ParseExpression();
        ExpectOperator("]");
        return new SliceExpression(target, start, stop, step, line);
    }

    private CallExpression ParseCall(Expression callee)
    {
        int line = Current.Line;
        return new CallExpression(callee, ParseArguments(), line);
    }

    private ArgumentExpressions ParseArguments()
    {
        int line = ExpectOperator("(").Line;
        var positional = new List<Expression>();
        var named = new List<KeyValuePair<string, Expression>>();
        Expression? spread = null, namedSpread = null;
        bool first = true;
        while (!Current.IsOperator(")"))
        {
            if (!first) ExpectOperator(",");
            if (Current.IsOperator(")")) break;
            first = false;
            bool valid;
            if (SkipOperator("*"))
            {
                valid = spread is null && namedSpread is null;
                spread = ParseExpression();
            }
            else if (SkipOperator("**"))
            {
                valid = namedSpread is null;
                namedSpread = ParseExpression();
            }
            else if (Current.Kind == TokenKind.Name && LookAhead().IsOperator("="))
            {
                valid = namedSpread is null;
                string name = Advance().Text;
                Advance();
                if (named.Exists(pair => pair.Key == name)) throw Error($"keyword argument repeated: {name}", line);
                named.Add(new(name, ParseExpression()));
            }
            else
            {
                valid = spread is null && namedSpread is null && named.Count == 0;
                positional.Add(ParseExpression());
            }
            if (!valid) throw Error("invalid syntax for function call expression", line);
        }
        ExpectOperator(")");
        if (first) return ArgumentExpressions.None;
        return new ArgumentExpressions([.. positional], [.. named], spread, namedSpread);
    }

    /// <summary>Filters after an input; inline: without the first <c>|</c>, as a filter block names them.</summary>
    private Expression? ParseFilters(Expression? input, bool inline)
    {
        while (inline || Current.IsOperator("|"))
        {
            if (!inline) Advance();
            inline = false;
            int line = Current.Line;
            string name = ParseDottedName();
            ArgumentExpressions arguments = Current.IsOperator("(") ? ParseArguments() : ArgumentExpressions.None;
            input = new FilterExpression(input, name, arguments, line);
        }
        return input;
    }

    private string ParseDottedName()
    {
        string name = ExpectName().Text;
        while (SkipOperator(".")) name += "." + ExpectName().Text;
        return name;
    }

    private Expression ParseTest(Expression input)
    {
        int line = Advance().Line;
        bool negated = SkipName("not");
        string name = ParseDottedName();
        ArgumentExpressions arguments = ArgumentExpressions.None;
        if (Current.IsOperator("("))
        {
            arguments = ParseArguments();
        }
        else if (BeginsTestArgument())
        {
            if (Current.IsName("is")) throw Error("You cannot chain multiple tests with is", Current.Line);
            Enter();
            arguments = new ArgumentExpressions([ParsePostfix(ParsePrimary())], [], null, null);
            Leave();
        }
        Expression test = new TestExpression(input, name, arguments, line);
        return negated ? new NotExpression(test, line) : test;
    }

    private bool BeginsTestArgument()
    {
        Token token = Current;
        if (token.Kind is TokenKind.String or TokenKind.Integer or TokenKind.Float) return true;
        if (token.Kind == TokenKind.Name) return token.Text is not ("else" or "or" or "and");
        return token.IsOperator("[") || token.IsOperator("{");
    }
}
