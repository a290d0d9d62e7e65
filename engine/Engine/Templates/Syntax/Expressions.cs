namespace Engine.Templates;

/// <summary>An expression of the syntax tree, with the line it begins on.</summary>
internal abstract record Expression(int Line);

internal sealed record LiteralExpression(Value Value, int Line) : Expression(Line);

internal sealed record NameExpression(string Name, int Line) : Expression(Line);

internal sealed record TupleExpression(Expression[] Items, int Line) : Expression(Line);

internal sealed record ListExpression(Expression[] Items, int Line) : Expression(Line);

internal sealed record DictExpression(KeyValuePair<Expression, Expression>[] Items, int Line) : Expression(Line);

/// <summary><c>Then if Test else Otherwise</c>; without else the value is undefined.</summary>
internal sealed record ConditionalExpression(Expression Test, Expression Then, Expression? Otherwise, int Line) : Expression(Line);

/// <summary><c>and</c> or <c>or</c>: the value is that of the operand that decided.</summary>
internal sealed record LogicalExpression(bool IsAnd, Expression Left, Expression Right, int Line) : Expression(Line);

internal sealed record NotExpression(Expression Operand, int Line) : Expression(Line);

internal sealed record SignExpression(bool Negative, Expression Operand, int Line) : Expression(Line);

internal enum BinaryOperator
{
    Add,
    Subtract,
    Multiply,
    Divide,
    FloorDivide,
    Modulo,
    Power,
}

internal sealed record BinaryExpression(BinaryOperator Operator, Expression Left, Expression Right, int Line) : Expression(Line);

/// <summary>Operands of <c>~</c>, joined as text.</summary>
internal sealed record ConcatExpression(Expression[] Operands, int Line) : Expression(Line);

internal enum CompareOperator
{
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    In,
    NotIn,
}

/// <summary>A chain of comparisons, as in <c>a &lt; b &lt; c</c>.</summary>
internal sealed record CompareExpression(Expression First, KeyValuePair<CompareOperator, Expression>[] Rest, int Line) : Expression(Line);

/// <summary><c>target.name</c>: attributes first, then items.</summary>
internal sealed record AttributeExpression(Expression Target, string Name, int Line) : Expression(Line);

/// <summary><c>target[index]</c>: items first, then attributes.</summary>
internal sealed record ItemExpression(Expression Target, Expression Index, int Line) : Expression(Line);

internal sealed record SliceExpression(Expression Target, Expression? Start, Expression? Stop, Expression? Step, int Line)
    : Expression(Line);

internal sealed record CallExpression(Expression Callee, ArgumentExpressions Arguments, int Line) : Expression(Line);

/// <summary>A filter; the input is null in a filter block, whose text it gets.</summary>
internal sealed record FilterExpression(Expression? Input, string Name, ArgumentExpressions Arguments, int Line) : Expression(Line);

internal sealed record TestExpression(Expression Input, string Name, ArgumentExpressions Arguments, int Line) : Expression(Line);

/// <summary>The arguments of a call: positional, named, <c>*spread</c> and <c>**named spread</c>.</summary>
internal sealed record ArgumentExpressions(
    Expression[] Positional, KeyValuePair<string, Expression>[] Named, Expression? Spread, Expression? NamedSpread)
{
    public static ArgumentExpressions None { get; } = new([], [], null, null);
}
