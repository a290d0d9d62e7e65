namespace Engine.Templates;

/// <summary>The part of the parser that reads expressions, loosest binding first.</summary>
internal sealed partial class Parser
{
    private Expression ParseExpression(bool conditional = true) => conditional ? ParseConditional() : ParseOr();

    /// <summary>An expression, or a tuple where commas follow; <paramref name="end"/> is a name that ends the tuple.</summary>
    private Expression ParseTuple(bool conditional = true, string? end = null, bool parentheses = false)
    {
        int line = Current.Line;
        var items = new List<Expression>();
        bool tuple = false;
        while (true)
        {
            if (Current.Kind is TokenKind.PrintEnd or TokenKind.BlockEnd || Current.IsOperator(")")
                || (end is not null && Current.IsName(end)))
            {
                break;
            }
            items.Add(ParseExpression(conditional));
            if (!SkipOperator(",")) break;
            tuple = true;
        }
        if (tuple || (items.Count == 0 && parentheses)) return new TupleExpression([.. items], line);
        if (items.Count == 0) throw Error($"Expected an expression, got '{Current.Description}'", Current.Line);
        return items[0];
    }

    private Expression ParseConditional()
    {
        Enter();
        int line = Current.Line;
        Expression value = ParseOr();
        while (SkipName("if"))
        {
            Expression test = ParseOr();
            Expression? otherwise = SkipName("else") ? ParseConditional() : null;
            value = new ConditionalExpression(test, value, otherwise, line);
            line = Current.Line;
        }
        Leave();
        return value;
    }

    private Expression ParseOr()
    {
        Expression left = ParseAnd();
        while (Current.IsName("or")) left = new LogicalExpression(false, left, AfterOperator(ParseAnd), Current.Line);
        return left;
    }

    private Expression ParseAnd()
    {
        Expression left = ParseNot();
        while (Current.IsName("and")) left = new LogicalExpression(true, left, AfterOperator(ParseNot), Current.Line);
        return left;
    }

    private Expression AfterOperator(Func<Expression> parse)
    {
        Advance();
        return parse();
    }

    private Expression ParseNot()
    {
        if (!Current.IsName("not")) return ParseCompare();
        Enter();
        int line = Advance().Line;
        var result = new NotExpression(ParseNot(), line);
        Leave();
        return result;
    }

    private Expression ParseCompare()
    {
        int line = Current.Line;
        Expression first = ParseSum();
        List<KeyValuePair<CompareOperator, Expression>>? rest = null;
        while (TryCompareOperator(out CompareOperator operation))
        {
            (rest ??= []).Add(new(operation, ParseSum()));
        }
        return rest is null ? first : new CompareExpression(first, [.. rest], line);
    }

    private bool TryCompareOperator(out CompareOperator operation)
    {
        operation = default;
        if (Current.IsName("not") && LookAhead().IsName("in"))
        {
            Advance();
            operation = CompareOperator.NotIn;
        }
        else if (Current.IsName("in")) operation = CompareOperator.In;
        else if (Current.Kind != TokenKind.Operator) return false;
        else
        {
            switch (Current.Text)
            {
                case "==": operation = CompareOperator.Equal; break;
                case "!=": operation = CompareOperator.NotEqual; break;
                case "<": operation = CompareOperator.Less; break;
                case "<=": operation = CompareOperator.LessOrEqual; break;
                case ">": operation = CompareOperator.Greater; break;
                case ">=": operation = CompareOperator.GreaterOrEqual; break;
                default: return false;
            }
        }
        Advance();
        return true;
    }

    private Expression ParseSum()
    {
        Expression left = ParseConcat();
        while (Current.IsOperator("+") || Current.IsOperator("-"))
        {
            Token token = Advance();
            BinaryOperator operation = token.Text == "+" ? BinaryOperator.Add : BinaryOperator.Subtract;
            left = new BinaryExpression(operation, left, ParseConcat(), token.Line);
        }
        return left;
    }

    private Expression ParseConcat()
    {
        int line = Current.Line;
        Expression first = ParseProduct();
        if (!Current.IsOperator("~")) return first;
        var operands = new List<Expression> { first };
        while (SkipOperator("~")) operands.Add(ParseProduct());
        return new ConcatExpression([.. operands], line);
    }

    private Expression ParseProduct()
    {
        Expression left = ParsePower();
        while (Current.Kind == TokenKind.Operator)
        {
            BinaryOperator operation;
            switch (Current.Text)
            {
                case "*": operation = BinaryOperator.Multiply; break;
                case "/": operation = BinaryOperator.Divide; break;
                case "//": operation = BinaryOperator.FloorDivide; break;
                case "%": operation = BinaryOperator.Modulo; break;
                default: return left;
            }
            int line = Advance().Line;
            left = new BinaryExpression(operation, left, ParsePower(), line);
        }
        return left;
    }

    private Expression ParsePower()
    {
        Expression left = ParseUnary(filters: true);
        while (Current.IsOperator("**"))
        {
            int line = Advance().Line;
            left = new BinaryExpression(BinaryOperator.Power, left, ParseUnary(filters: true), line);
        }
        return left;
    }

    private Expression ParseUnary(bool filters)
    {
        Enter();
        Expression value;
        if (Current.IsOperator("-") || Current.IsOperator("+"))
        {
            Token sign = Advance();
            value = new SignExpression(sign.Text == "-", ParseUnary(filters: false), sign.Line);
        }
        else
        {
            value = ParsePrimary();
        }
        value = ParsePostfix(value);
        if (filters) value = ParseFiltersAndTests(value);
        Leave();
        return value;
    }

    private Expression ParsePrimary()
    {
        Token token = Advance();
        switch (token.Kind)
        {
            case TokenKind.Name:
                return ParseNameOrConstant(token);
            case TokenKind.String:
                string text = token.Text;
                if (Current.Kind == TokenKind.String)
                {
                    var parts = new System.Text.StringBuilder(text);
                    while (Current.Kind == TokenKind.String) parts.Append(Advance().Text);
                    text = parts.ToString();
                }
                return new LiteralExpression(new StringValue(text), token.Line);
            case TokenKind.Integer:
                return new LiteralExpression(new IntegerValue(token.Integer), token.Line);
            case TokenKind.Float:
                return new LiteralExpression(new FloatValue(token.Float), token.Line);
            case TokenKind.Operator when token.Text == "(":
                Expression inner = ParseTuple(parentheses: true);
                ExpectOperator(")");
                return inner;
            case TokenKind.Operator when token.Text == "[":
                return new ListExpression(ParseItems("]", () => ParseExpression()), token.Line);
            case TokenKind.Operator when token.Text == "{":
                return new DictExpression(ParseItems("}", ParsePair), token.Line);
            default:
                throw Error($"unexpected '{token.Description}'", token.Line);
        }
    }

    private Expression ParseNameOrConstant(Token token)
    {
        switch (token.Text)
        {
            case "true" or "True": return new LiteralExpression(BooleanValue.True, token.Line);
            case "false" or "False": return new LiteralExpression(BooleanValue.False, token.Line);
            case "none" or "None": return new LiteralExpression(NoneValue.Instance, token.Line);
            default:
                foreach (SpecialNames macro in _macros) macro.Read(token.Text);
                return new NameExpression(token.Text, token.Line);
        }
    }

    private T[] ParseItems<T>(string close, Func<T> parse)
    {
        var items = new List<T>();
        while (!Current.IsOperator(close))
        {
            if (items.Count > 0) ExpectOperator(",");
            if (Current.IsOperator(close)) break;
            items.Add(parse());
        }
        ExpectOperator(close);
        return [.. items];
    }

    private KeyValuePair<Expression, Expression> ParsePair()
    {
        Expression key = ParseExpression();
        ExpectOperator(":");
        return new(key, ParseExpression());
    }
}
