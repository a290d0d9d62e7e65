using Engine.Formats;
using Engine.Formats.Gguf;
using Engine.Quantization.Encoders;
using Engine.Quantization.Mixes;

namespace Engine.Quantization.Conversion;

/// <summary>
/// Quantizes models to GGUF files: decides each tensor's type, then reads, encodes and writes tensor after tensor. The bytes of the output are the
/// same for any number of threads.
/// </summary>
public sealed class Quantizer
{
    private readonly FileContent _input;
    private readonly QuantizeOptions _options;

    /// <summary>Plans the types and refuses what cannot be done.</summary>
    /// <param name="input">The model; it stays open as long as the quantizer is used.</param>
    /// <param name="options">What to do.</param>
    /// <exception cref="QuantizeException">The options do not fit the model; the message says which and why.</exception>
    /// <exception cref="ModelFormatException">The metadata is not a model's, a folder's tokenizer has no place in
    /// GGUF files, or the importance matrix is another model's.</exception>
    public Quantizer(IModelSource input, QuantizeOptions options)
    {
        (_input, _options) = (new FileContent(ModelSources.FileMetadata(input), input.Tensors), options);
        MixOptions mix = options.Mix with { HasImportance = options.Importance is not null };
        Plans = MixPlanner.Plan(
            options.FileType, ModelTraits.Of(input.Metadata), [.. input.Tensors.Select(TensorDescription.Of)], mix);
        // Checkpoints have norms in half precision, too: in GGUF files what is never quantized is F32.
        if (input is not GgufFile) Plans = [.. Plans.Select(plan => plan.Reason == TypeReason.Kept ? KeptAsSingle(plan) : plan)];
        if (options.KeepNonFinite) Plans = [.. Plans.Zip(input.Tensors, (plan, tensor) => KeptIfNotFinite(plan, tensor))];
        Check();
    }

    /// <summary>What each tensor was asked to take and takes, in the file's order.</summary>
    public IReadOnlyList<TensorPlan> Plans { get; }

    /// <summary>Weights that will be encoded.</summary>
    public long EncodedWeights => Plans.Where(plan => plan.IsConverted).Sum(plan => plan.Tensor.Elements);

    /// <summary>Bytes of all tensors before.</summary>
    public long BytesBefore => _input.Tensors.Sum(tensor => tensor.ByteLength);

    /// <summary>Bytes of all tensors afterwards.</summary>
    public long BytesAfter => Plans.Sum(plan => plan.Bytes);

    /// <summary>Weights of all tensors.</summary>
    public long Weights => Plans.Sum(plan => plan.Tensor.Elements);

    /// <summary>The files that <see cref="Write"/> would write.</summary>
    public IReadOnlyList<string> PathsFor(string path) => [.. OutputParts.Of(path, _input, Plans, _options).Select(part => part.Path)];

    /// <summary>
    /// Writes the model, each file under its final name only when it is complete: whatever happens, a name holds the old file or a new one.
    /// </summary>
    /// <param name="path">The file; of a split output, the name before "-00001-of-0000N.gguf".</param>
    /// <param name="progress">Called after every few rows; null for none.</param>
    /// <param name="cancellation">Looked at every few rows.</param>
    /// <returns>Paths of the files.</returns>
    /// <exception cref="QuantizeException">A weight is infinite or NaN, or too large for its type.</exception>
    /// <exception cref="ModelFormatException">The input has become shorter, or the importance matrix does not fit.</exception>
    /// <exception cref="IOException">The disk is full or failed.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder may not be written to.</exception>
    /// <exception cref="OperationCanceledException">Cancelled; nothing is left behind.</exception>
    public IReadOnlyList<string> Write(string path, Action<QuantizeProgress>? progress = null, CancellationToken cancellation = default)
    {
        using var context = new EncodeContext(_options, progress, cancellation);
        IReadOnlyList<OutputPart> parts = OutputParts.Of(path, _input, Plans, _options);
        foreach (OutputPart part in parts) Writer(part, (writer, tensor, plan) => Add(writer, tensor, plan, context)).Write(part.Path);
        return [.. parts.Select(part => part.Path)];
    }

    /// <summary>Bytes of the files that <see cref="Write"/> would write, headers and padding included.</summary>
    public long FileBytes(string path) => OutputParts.Of(path, _input, Plans, _options).Sum(part => Writer(part, AddPlaceholder).ByteLength);

    private GgufWriter Writer(OutputPart part, Action<GgufWriter, ITensor, TensorPlan> add)
    {
        var writer = new GgufWriter();
        foreach ((string key, GgufValue value) in part.Metadata) writer.Add(key, value);
        foreach (int i in part.Tensors) add(writer, _input.Tensors[i], Plans[i]);
        return writer;
    }

    private static void AddPlaceholder(GgufWriter writer, ITensor tensor, TensorPlan plan) =>
        writer.AddTensor(tensor.Name, QuantTypes.Get(plan.Type), [.. tensor.Shape], new UnwrittenTensor(tensor, plan.Bytes));

    private void Add(GgufWriter writer, ITensor tensor, TensorPlan plan, EncodeContext context)
    {
        if (!plan.IsConverted)
        {
            writer.AddTensor(tensor);
            return;
        }
        QuantTypeInfo type = QuantTypes.Get(plan.Type);
        var encoded = new EncodedTensor(tensor, tensor.Type, type, tensor.Shape, () => ImportanceOf(plan.Tensor), context);
        writer.AddTensor(tensor.Name, type, [.. tensor.Shape], encoded);
    }

    private float[]? ImportanceOf(TensorDescription tensor)
    {
        int matrices = tensor.Shape.Count > 2 ? (int)tensor.Shape[2] : 1;
        return _options.Importance?.WeightsOf(tensor.Name, (int)tensor.Columns, matrices);
    }

    private void Check()
    {
        CheckImportance();
        foreach (TensorPlan plan in Plans.Where(plan => plan.IsConverted))
        {
            string name = plan.Tensor.Name;
            QuantTypeInfo from = QuantTypes.Get(plan.Tensor.Type), to = QuantTypes.Get(plan.Type);
            if (!from.CanDecode) throw new QuantizeException($"{name}: {from.Name} holds no weights that could be quantized");
            CheckRequantized(plan.Tensor, _options);
            if (!RowEncoders.CanEncode(plan.Type)) throw new QuantizeException($"{name}: there is no encoder for {to.Name} yet");
            if (_options.Strict && plan.IsFallback)
            {
                throw new QuantizeException(
                    $"{name} cannot take {plan.Asked} ({plan.FallbackReason}) and would become {to.Name}, which --strict refuses");
            }
            if (plan.NeedsImportance && ImportanceOf(plan.Tensor) is null)
                throw new QuantizeException($"{name}: {to.Name} without an importance matrix is useless; give --imatrix");
        }
    }

    /// <summary>Refuses weights that are quantized already, unless they may be.</summary>
    internal static void CheckRequantized(TensorDescription tensor, QuantizeOptions options)
    {
        QuantTypeInfo from = QuantTypes.Get(tensor.Type);
        if (!from.IsQuantized || options.AllowRequantize) return;
        throw new QuantizeException(
            $"{tensor.Name} is {from.Name} already; quantizing it again loses quality, --allow-requantize does it all the same");
    }

    // All of it before anything is written: a matrix of another model has other sizes, or knows none of the tensors.
    private void CheckImportance()
    {
        if (_options.Importance is null) return;
        TensorPlan[] converted = [.. Plans.Where(plan => plan.IsConverted)];
        int known = converted.Count(plan => ImportanceOf(plan.Tensor) is not null);
        if (known == 0 && converted.Length > 0)
            throw new QuantizeException("the importance matrix knows none of the model's tensors: it is another model's");
    }

    private static TensorPlan KeptAsSingle(TensorPlan plan) => QuantTypes.Get(plan.Type).IsFloatWeight
        ? plan with { Asked = QuantType.F32, Type = QuantType.F32 }
        : plan;

    private static TensorPlan KeptIfNotFinite(TensorPlan plan, ITensor tensor)
    {
        if (!plan.IsConverted || !tensor.Type.CanDecode || IsFinite(tensor)) return plan;
        QuantType type = tensor.Type.IsFloatWeight && tensor.Type.Type != QuantType.F32 ? tensor.Type.Type : QuantType.F16;
        return plan with { Type = type, NeedsImportance = false };
    }

    private static bool IsFinite(ITensor tensor)
    {
        int block = tensor.Type.BlockBytes;
        byte[] buffer = new byte[(1 << 20) / block * block];
        for (long offset = 0; offset < tensor.ByteLength; offset += buffer.Length)
        {
            Span<byte> bytes = buffer.AsSpan(0, (int)Math.Min(buffer.Length, tensor.ByteLength - offset));
            tensor.Read(offset, bytes);
            if (tensor.Type.FirstInvalidBlock(bytes) >= 0) return false;
        }
        return true;
    }
}
