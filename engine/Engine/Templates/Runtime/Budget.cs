using System.Numerics;

namespace Engine.Templates;

/// <summary>Counts what a render spends and stops it at its limits. Everything is charged before it is made.</summary>
internal sealed class Budget(TemplateLimits limits, CancellationToken cancellation)
{
    private long _steps;
    private long _characters;
    private int _depth;

    /// <summary>Charges evaluated nodes or visited items.</summary>
    public void Step(long count = 1)
    {
        _steps += count;
        if (_steps > limits.Steps) throw new Failure($"stopped after {limits.Steps} steps: the template seems to run away");
        if ((_steps & 255) == 0 || count > 255) cancellation.ThrowIfCancellationRequested();
    }

    /// <summary>Charges a string of this many UTF-16 units that is about to be made.</summary>
    public void Characters(long count)
    {
        if (count > limits.OutputCharacters)
        {
            throw new Failure($"a text of {count} characters is longer than the limit of {limits.OutputCharacters}");
        }
        _characters += count;
        if (_characters > limits.TotalCharacters)
        {
            throw new Failure($"stopped after {limits.TotalCharacters} characters: the template seems to run away");
        }
        Step(count >> 6);
    }

    public string Text(string made)
    {
        Characters(made.Length);
        return made;
    }

    /// <summary>Checks the length that an output has reached, which is charged as it grows.</summary>
    public void Output(long length, int added)
    {
        if (length > limits.OutputCharacters)
        {
            throw new Failure($"the output is longer than the limit of {limits.OutputCharacters} characters");
        }
        Characters(added);
    }

    /// <summary>Checks an integer of about this many bits before it is computed.</summary>
    public void IntegerBits(double bits)
    {
        if (bits > limits.IntegerBits) throw new Failure($"an integer is larger than the limit of {limits.IntegerBits} bits");
        Step((long)(bits * bits / 1e6));
    }

    public IntegerValue Integer(BigInteger value)
    {
        if (value.GetBitLength() > limits.IntegerBits) IntegerBits(value.GetBitLength());
        return new IntegerValue(value);
    }

    public void EnterCall()
    {
        if (++_depth > limits.CallDepth) throw new Failure($"macros or loops call one another more than {limits.CallDepth} deep");
        StackGuard.Ensure();
    }

    public void LeaveCall() => _depth--;
}
