namespace Engine.Templates;

/// <summary>The part of the parser that reads macros and assignment targets.</summary>
internal sealed partial class Parser
{
    private MacroStatement ParseMacro(int line)
    {
        string name = ExpectName().Text;
        return new MacroStatement(ParseMacroRest(name, "endmacro", parseBeforeBody: null), line);
    }

    private CallBlockStatement ParseCallBlock(int line)
    {
        CallExpression? call = null;
        MacroDefinition caller = ParseMacroRest(null, "endcall", () =>
        {
            call = ParseExpression() as CallExpression ?? throw Error("expected call", line);
        });
        return new CallBlockStatement(caller, call!, line);
    }

    private MacroDefinition ParseMacroRest(string? name, string endTag, Action? parseBeforeBody)
    {
        var parameters = new List<string>();
        var defaults = new List<Expression>();
        // The parameters of a call block may be left out.
        if (name is not null || Current.IsOperator("(")) ParseSignature(parameters, defaults);
        parseBeforeBody?.Invoke();
        var special = new SpecialNames();
        _macros.Push(special);
        Statement[] body = ParseFunctionBody(endTag);
        _macros.Pop();
        bool caller = special.Uses("caller");
        int explicitCaller = parameters.IndexOf("caller");
        if (caller && explicitCaller >= 0 && explicitCaller < parameters.Count - defaults.Count)
        {
            throw Error(
                "When defining macros or call blocks the special \"caller\" argument must be omitted or be given a default.", Current.Line);
        }
        return new MacroDefinition(
            name,
            [.. parameters],
            [.. defaults],
            body,
            caller,
            special.Uses("kwargs") && !parameters.Contains("kwargs"),
            special.Uses("varargs") && !parameters.Contains("varargs"));
    }

    private void ParseSignature(List<string> parameters, List<Expression> defaults)
    {
        ExpectOperator("(");
        while (!Current.IsOperator(")"))
        {
            if (parameters.Count > 0) ExpectOperator(",");
            Token name = ExpectName();
            CheckAssignable(name);
            if (parameters.Contains(name.Text)) throw Error($"duplicate argument '{name.Text}' in macro definition", name.Line);
            if (SkipOperator("=")) defaults.Add(ParseExpression());
            else if (defaults.Count > 0) throw Error("non-default argument follows default argument", Current.Line);
            parameters.Add(name.Text);
        }
        ExpectOperator(")");
    }

    /// <summary>A body that becomes a function in Jinja2, so that <c>break</c> cannot leave it.</summary>
    private Statement[] ParseFunctionBody(string endTag)
    {
        int loops = _loops;
        _loops = 0;
        Statement[] body = ParseWholeBlock(endTag);
        _loops = loops;
        return body;
    }

    /// <summary>One target, or several with commas between them; <paramref name="end"/> is the name that ends the list.</summary>
    private Target ParseTarget(bool allowNamespace, string? end = null)
    {
        Enter();
        int line = Current.Line;
        var items = new List<Target>();
        bool tuple = false;
        while (true)
        {
            bool ended = Current.Kind is TokenKind.BlockEnd || Current.IsOperator(")") || (end is not null && Current.IsName(end));
            if (ended && (tuple || items.Count > 0)) break;
            items.Add(ParseSingleTarget(allowNamespace));
            if (!SkipOperator(",")) break;
            tuple = true;
        }
        Leave();
        return tuple ? new TupleTarget([.. items], line) : items[0];
    }

    private Target ParseSingleTarget(bool allowNamespace)
    {
        Token token = Advance();
        if (token.IsOperator("("))
        {
            Target inner = ParseTarget(allowNamespace: false);
            ExpectOperator(")");
            return inner;
        }
        if (token.Kind is TokenKind.String or TokenKind.Integer or TokenKind.Float) throw Error("can't assign to 'const'", token.Line);
        if (token.Kind != TokenKind.Name) throw Error($"unexpected '{token.Description}'", token.Line);
        CheckAssignable(token);
        if (allowNamespace && SkipOperator(".")) return new NamespaceTarget(token.Text, ExpectName().Text, token.Line);
        if (token.Text == "loop" && _loops > 0)
        {
            throw Error("Can't assign to special loop variable in for-loop target", token.Line);
        }
        foreach (SpecialNames macro in _macros) macro.Declare(token.Text);
        return new NameTarget(token.Text, token.Line);
    }

    private static void CheckAssignable(Token name)
    {
        if (name.Text is "true" or "false" or "none" or "True" or "False" or "None") throw Error("can't assign to 'const'", name.Line);
    }

    /// <summary>Which of the names that a macro is given besides its parameters its body reads before it sets them.</summary>
    private sealed class SpecialNames
    {
        private readonly HashSet<string> _read = [];
        private readonly HashSet<string> _declared = [];

        public bool Uses(string name) => _read.Contains(name);

        public void Read(string name)
        {
            if (name is "caller" or "kwargs" or "varargs" && !_declared.Contains(name)) _read.Add(name);
        }

        public void Declare(string name) => _declared.Add(name);
    }
}
