namespace Engine.Templates;

/// <summary>A statement of the syntax tree, with the line it begins on.</summary>
internal abstract record Statement(int Line);

internal sealed record TextStatement(string Text, int Line) : Statement(Line);

/// <summary><c>{{ value }}</c>, and each value of <c>{% print %}</c>.</summary>
internal sealed record PrintStatement(Expression Value, int Line) : Statement(Line);

internal sealed record IfStatement(KeyValuePair<Expression, Statement[]>[] Branches, Statement[] Otherwise, int Line) : Statement(Line);

internal sealed record ForStatement(
    Target Target, Expression Items, Expression? Condition, bool Recursive, Statement[] Body, Statement[] Otherwise, int Line)
    : Statement(Line);

internal sealed record BreakStatement(int Line) : Statement(Line);

internal sealed record ContinueStatement(int Line) : Statement(Line);

internal sealed record SetStatement(Target Target, Expression Value, int Line) : Statement(Line);

/// <summary><c>{% set target %}...{% endset %}</c>; the filter, if any, has a null input.</summary>
internal sealed record SetBlockStatement(Target Target, FilterExpression? Filter, Statement[] Body, int Line) : Statement(Line);

internal sealed record MacroStatement(MacroDefinition Macro, int Line) : Statement(Line);

/// <summary><c>{% call(arguments) macro() %}...{% endcall %}</c>: the body is a macro that the callee sees as <c>caller</c>.</summary>
internal sealed record CallBlockStatement(MacroDefinition Caller, CallExpression Call, int Line) : Statement(Line);

internal sealed record FilterBlockStatement(FilterExpression Filter, Statement[] Body, int Line) : Statement(Line);

internal sealed record WithStatement(KeyValuePair<Target, Expression>[] Bindings, Statement[] Body, int Line) : Statement(Line);

/// <summary>
/// A body with a scope of its own: <c>generation</c>, <c>autoescape false</c>. A <c>block</c> that is not scoped sees the template's
/// outermost names only.
/// </summary>
internal sealed record ScopeStatement(Statement[] Body, bool SeesOutermostOnly, int Line) : Statement(Line);

/// <summary>A statement that parses but cannot run here, such as <c>include</c>: it fails if it is reached.</summary>
internal sealed record RefusedStatement(string Reason, int Line) : Statement(Line);

/// <summary>What an assignment binds.</summary>
internal abstract record Target(int Line);

internal sealed record NameTarget(string Name, int Line) : Target(Line);

internal sealed record TupleTarget(Target[] Items, int Line) : Target(Line);

/// <summary>An attribute of a namespace.</summary>
internal sealed record NamespaceTarget(string Name, string Attribute, int Line) : Target(Line);

/// <summary>A macro, or the body of a call block, whose name is null. Defaults belong to the last parameters.</summary>
internal sealed record MacroDefinition(
    string? Name, string[] Parameters, Expression[] Defaults, Statement[] Body, bool UsesCaller, bool UsesNamed, bool UsesVariable);
