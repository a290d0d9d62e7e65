namespace Engine.Tokenization.PreTokenizers;

/// <summary>Runs compiled patterns by backtracking.</summary>
internal static class SplitMatcher
{
    /// <summary>Matches a program at a position; returns the end of the match, or -1.</summary>
    public static int Match(Instruction[] program, int pc, ReadOnlySpan<ulong> masks, int position, int end, BacktrackStack stack)
    {
        int bottom = stack.Count;
        while (true)
        {
            ref readonly Instruction step = ref program[pc];
            bool go = true;
            switch (step.Operation)
            {
                case Operation.Match:
                    stack.Count = bottom;
                    return position;
                case Operation.Run:
                    int limit = step.Maximum > end - position ? end : position + step.Maximum;
                    int runEnd = RunEnd(masks, position, limit, step.Bit);
                    stack.Spend(runEnd - position);
                    int least = position + step.Minimum;
                    go = runEnd >= least;
                    if (go && runEnd > least) stack.Push(pc + 1, runEnd - 1, least);
                    position = runEnd;
                    pc++;
                    break;
                case Operation.Split:
                    stack.Push(pc + step.Second, position, position);
                    pc += step.First;
                    break;
                case Operation.Jump:
                    pc += step.First;
                    break;
                case Operation.Ahead or Operation.NotAhead:
                    go = Match(program, pc + 1, masks, position, end, stack) >= 0 == (step.Operation == Operation.Ahead);
                    pc += step.First;
                    break;
                case Operation.Behind or Operation.NotBehind:
                    bool before = position > stack.TextStart && (masks[position - 1] & (1UL << step.Bit)) != 0;
                    go = before == (step.Operation == Operation.Behind);
                    pc++;
                    break;
                case Operation.Boundary or Operation.NotBoundary:
                    bool left = position > stack.TextStart && (masks[position - 1] & (1UL << step.Bit)) != 0;
                    bool right = position < end && (masks[position] & (1UL << step.Bit)) != 0;
                    go = left != right == (step.Operation == Operation.Boundary);
                    pc++;
                    break;
                case Operation.AtStart:
                    go = position == stack.TextStart;
                    pc++;
                    break;
                case Operation.AtEnd:
                    go = position == end;
                    pc++;
                    break;
            }
            if (!go && !stack.TryPop(bottom, out pc, out position)) return -1;
        }
    }

    /// <summary>Where the run of characters of a set that begins at a position ends.</summary>
    public static int RunEnd(ReadOnlySpan<ulong> masks, int position, int limit, int bit)
    {
        ulong mask = 1UL << bit;
        while (position < limit && (masks[position] & mask) != 0) position++;
        return position;
    }
}

/// <summary>The choices of a match that can still be made otherwise. Scratch memory for one thread.</summary>
internal sealed class BacktrackStack
{
    private (int Pc, int Position, int Least)[] _frames = new (int, int, int)[32];

    public int Count { get; set; }

    /// <summary>Where the text begins, as far as a pattern can see.</summary>
    public int TextStart { get; set; }

    /// <summary>Steps that may still be taken before <see cref="PatternTooSlowException"/>.</summary>
    public long Budget { get; set; } = long.MaxValue;

    /// <summary>Takes steps off the budget.</summary>
    public void Spend(int steps)
    {
        Budget -= steps;
        if (Budget < 0) throw new PatternTooSlowException();
    }

    /// <summary>Remembers to go on at pc with any position from <paramref name="position"/> down to <paramref name="least"/>.</summary>
    public void Push(int pc, int position, int least)
    {
        if (Count == _frames.Length) Array.Resize(ref _frames, 2 * Count);
        _frames[Count++] = (pc, position, least);
    }

    /// <summary>The next choice above the bottom.</summary>
    public bool TryPop(int bottom, out int pc, out int position)
    {
        if (Count <= bottom)
        {
            pc = position = -1;
            return false;
        }
        Spend(1);
        ref (int Pc, int Position, int Least) frame = ref _frames[Count - 1];
        (pc, position) = (frame.Pc, frame.Position);
        if (frame.Position-- == frame.Least) Count--;
        return true;
    }
}

/// <summary>A pattern took far more steps than the text is long.</summary>
internal sealed class PatternTooSlowException() : Exception("The pattern takes too many steps.");
