using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Engine.Kernels;

/// <summary>A function of one variable on vectors.</summary>
internal interface IUnaryFunction
{
    /// <summary>The function's value in each lane.</summary>
    static abstract Vector256<float> Invoke(Vector256<float> x);
}

/// <summary>x · sigmoid(x).</summary>
internal readonly struct Silu : IUnaryFunction
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Invoke(Vector256<float> x) => x / (Vector256<float>.One + VectorMath.Exp(-x));
}

/// <summary>GELU by tanh; 0.5 (1 + tanh u) is sigmoid(2u), which cancels nowhere.</summary>
internal readonly struct GeluTanh : IUnaryFunction
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Invoke(Vector256<float> x)
    {
        Vector256<float> inner = Vector256.FusedMultiplyAdd(x * x * x, Vector256.Create(0.044715f), x);
        return x / (Vector256<float>.One + VectorMath.Exp(Vector256.Create(-2f * 0.7978845608f) * inner));
    }
}

/// <summary>GELU by the error function.</summary>
internal readonly struct GeluErf : IUnaryFunction
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Invoke(Vector256<float> x) =>
        x * 0.5f * (Vector256<float>.One + Erf.Compute(x * 0.70710678f));
}

/// <summary>The functions on rows.</summary>
internal static class ActivationKernels
{
    /// <exception cref="ArgumentException">The function has no such form.</exception>
    public static void Check(ActivationFunction function, bool hasGate)
    {
        if (function is not (ActivationFunction.Silu or ActivationFunction.GeluTanh or ActivationFunction.GeluErf)
            && !(function == ActivationFunction.ClampedSwiglu && hasGate))
        {
            throw new ArgumentException($"{function} has no form {(hasGate ? "with" : "without")} a gate.", nameof(function));
        }
    }

    /// <summary>output = f(left) · right, or f(left) without a gate, for the first <paramref name="columns"/> of each row.</summary>
    public static void Apply(ActivationFunction function, bool hasGate, FloatRows left, FloatRows right, FloatRows output, int columns)
    {
        switch (function)
        {
            case ActivationFunction.Silu:
                Apply<Silu>(hasGate, left, right, output, columns);
                break;
            case ActivationFunction.GeluTanh:
                Apply<GeluTanh>(hasGate, left, right, output, columns);
                break;
            case ActivationFunction.GeluErf:
                Apply<GeluErf>(hasGate, left, right, output, columns);
                break;
            case ActivationFunction.ClampedSwiglu:
                Map(new ClampedSwiglu(), left, right, output, columns);
                break;
        }
    }

    private static void Apply<TFunction>(bool hasGate, FloatRows left, FloatRows right, FloatRows output, int columns)
        where TFunction : struct, IUnaryFunction
    {
        if (hasGate) Map(new Gated<TFunction>(), left, right, output, columns);
        else Map(new Plain<TFunction>(), left, right, output, columns);
    }

    private static void Map<TOperation>(TOperation operation, FloatRows left, FloatRows right, FloatRows output, int columns)
        where TOperation : struct, IElementOperation
    {
        for (int row = 0; row < output.Count; row++)
            Elementwise.Map(operation, left.Row(row, columns), right.Row(row, columns), output.Row(row, columns));
    }
}

/// <summary>f(left).</summary>
internal readonly struct Plain<TFunction> : IElementOperation where TFunction : struct, IUnaryFunction
{
    public Vector256<float> Invoke(Vector256<float> left, Vector256<float> right) => TFunction.Invoke(left);
}

/// <summary>f(left) · right: a gated linear unit.</summary>
internal readonly struct Gated<TFunction> : IElementOperation where TFunction : struct, IUnaryFunction
{
    public Vector256<float> Invoke(Vector256<float> left, Vector256<float> right) => TFunction.Invoke(left) * right;
}

/// <summary>GPT-OSS's gated linear unit.</summary>
internal readonly struct ClampedSwiglu : IElementOperation
{
    private const float Limit = 7f;
    private const float Slope = 1.702f;

    public Vector256<float> Invoke(Vector256<float> left, Vector256<float> right)
    {
        Vector256<float> gate = Vector256.Min(left, Vector256.Create(Limit));
        Vector256<float> up = Vector256.Max(Vector256.Min(right, Vector256.Create(Limit)), Vector256.Create(-Limit));
        Vector256<float> unit = gate / (Vector256<float>.One + VectorMath.Exp(gate * -Slope));
        return unit * (up + Vector256<float>.One);
    }
}
