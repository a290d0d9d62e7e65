using Engine.Tokenization.Json.Decoders;
using Engine.Tokenization.Json.Normalizers;
using Engine.Tokenization.Json.PostProcessors;
using Engine.Tokenization.Json.PreTokenizers;

namespace Engine.Tokenization.Json;

/// <summary>What a tokenizer.json describes, read and checked.</summary>
internal sealed class JsonTokenizerParts
{
    /// <summary>All tokens.</summary>
    public required Vocabulary Vocabulary { get; init; }

    /// <summary>Finds the added tokens that stand in the text as it is.</summary>
    public required AddedTokenSplitter Added { get; init; }

    /// <summary>Finds the added tokens that stand in normalised text.</summary>
    public required AddedTokenSplitter AddedNormalized { get; init; }

    /// <summary>Brings text into the form that the model knows.</summary>
    public required Normalizer? Normalizer { get; init; }

    /// <summary>Cut text into words.</summary>
    public required PieceStage[] Stages { get; init; }

    /// <summary>Turns words into tokens.</summary>
    public required TokenModel Model { get; init; }

    /// <summary>Puts special tokens around texts.</summary>
    public required PostProcessor PostProcessor { get; init; }

    /// <summary>Turns tokens into text.</summary>
    public required Decoder Decoder { get; init; }

    /// <summary>Cuts texts that are too long.</summary>
    public required Truncation? Truncation { get; init; }

    /// <summary>Fills up texts that are too short.</summary>
    public required Padding? Padding { get; init; }

    /// <summary>The tokens with a role.</summary>
    public required SpecialTokens Special { get; init; }

    /// <summary>The tokens that end generation.</summary>
    public required HashSet<int> EndOfGeneration { get; init; }

    /// <summary>The special tokens before a single text.</summary>
    public int[] AddedBefore => PostProcessor.AddedBefore;

    /// <summary>The special tokens behind a single text.</summary>
    public int[] AddedBehind => PostProcessor.AddedBehind;

    /// <summary>The bytes that a token adds to a text that has others before and behind it.</summary>
    public byte[] GetPiece(int id) => Vocabulary.Has(id, TokenAttributes.Unused)
        ? []
        : Decoder.DecodeInside(Vocabulary.GetText(id).ToArray());
}
