using System.Buffers;

namespace Engine.Tokenization.PreTokenizers;

/// <summary>Cuts text into the words within which byte-pair encoding merges. Safe for use from many threads.</summary>
internal sealed class PreTokenizer
{
    private readonly CharClasses _classes = new();
    private readonly SplitStage[] _stages;
    private Spare<Scratch> _scratch;

    /// <summary>Makes a pre-tokenizer of stages, each of which cuts the pieces of the one before.</summary>
    public PreTokenizer(params ReadOnlySpan<Func<CharClasses, SplitStage>> stages)
    {
        _stages = new SplitStage[stages.Length];
        for (int i = 0; i < stages.Length; i++) _stages[i] = stages[i](_classes);
    }

    /// <summary>Cuts the text.</summary>
    /// <param name="text">UTF-8.</param>
    /// <param name="ends">Gets the offset behind each word, in bytes.</param>
    public void Split(ReadOnlySpan<byte> text, List<int> ends)
    {
        ulong[] masks = ArrayPool<ulong>.Shared.Rent(text.Length);
        int[] offsets = ArrayPool<int>.Shared.Rent(text.Length + 1);
        Scratch scratch = _scratch.Take();
        try
        {
            int count = _classes.Classify(text, masks, offsets);
            List<int> pieces = scratch.Pieces;
            List<int> next = scratch.Next;
            pieces.Clear();
            pieces.Add(count);
            foreach (SplitStage stage in _stages)
            {
                next.Clear();
                int start = 0;
                foreach (int end in pieces)
                {
                    stage.Split(masks.AsSpan(0, count), start, end, next, scratch.Stack);
                    start = end;
                }
                (pieces, next) = (next, pieces);
            }
            foreach (int end in pieces) ends.Add(offsets[end]);
        }
        finally
        {
            _scratch.Return(scratch);
            ArrayPool<int>.Shared.Return(offsets);
            ArrayPool<ulong>.Shared.Return(masks);
        }
    }

    private sealed class Scratch
    {
        public List<int> Pieces { get; } = [];

        public List<int> Next { get; } = [];

        public BacktrackStack Stack { get; } = new();
    }
}
