using Engine.Evaluation;
using Engine.Formats;
using Engine.Formats.Gguf;
using Engine.Quantization.Mixes;

namespace Engine.Quantization.Budget;

/// <summary>
/// Measures how much the predictions of a model suffer when one of its tensors is quantized. Of each tensor the errors in all types
/// are computed, and the divergence of the whole model is measured with that tensor alone in one type; errors of independent roundings add
/// up in the divergence, whose first derivative vanishes at the unchanged weights. (V. Malinovskii and others, "Pushing the Limits of Large
/// Language Model Quantization via the Linearity Theorem", 2024, prove this for the loss and probe with noise.)
/// </summary>
public sealed class SensitivityMeter
{
    // A substitute lies in memory as an array of F32 values.
    private static readonly long MostSubstituted = Array.MaxLength / sizeof(float);

    private readonly Model _model;
    private readonly KeptPredictions _predictions;
    private readonly SensitivityOptions _options;
    private readonly TensorTrips _trips;
    private readonly CancellationToken _cancellation;

    private SensitivityMeter(Model model, KeptPredictions predictions, SensitivityOptions options, CancellationToken cancellation)
    {
        (_model, _predictions, _options, _cancellation) = (model, predictions, options, cancellation);
        _trips = new TensorTrips(options.Threads, cancellation);
    }

    /// <summary>Measures tensors one after the other. The result has the same bits for any number of threads.</summary>
    /// <param name="model">
    /// The model, loaded from the same file. Where its weights are floats and its cache is F32, nothing else rounds; otherwise it should be
    /// loaded with <see cref="ModelOptions.Exact"/>.
    /// </param>
    /// <param name="file">The model's file.</param>
    /// <param name="tensors">The tensors that may be quantized.</param>
    /// <param name="windows">The text; its predictions are kept in memory (<see cref="KeptPredictions.BytesPerWindow"/>).</param>
    /// <param name="options">How to measure.</param>
    /// <param name="progress">Called after each tensor with the tensors done and its name; null for none.</param>
    /// <param name="cancellation">Looked at between rows and batches.</param>
    /// <returns>One entry for each tensor that has a smaller type to take, in the given order.</returns>
    /// <exception cref="Conversion.QuantizeException">A weight is infinite or NaN.</exception>
    /// <exception cref="ModelFormatException">The importance matrix is another model's.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public static IReadOnlyList<TensorSensitivity> Measure(
        Model model, GgufFile file, IReadOnlyList<TensorDescription> tensors, TokenWindows windows, SensitivityOptions options,
        Action<int, string>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(file);
        ArgumentNullException.ThrowIfNull(tensors);
        ArgumentNullException.ThrowIfNull(windows);
        ArgumentNullException.ThrowIfNull(options);
        using Session session = model.CreateSession(new SessionOptions { ContextLength = windows.Length });
        var predictions = KeptPredictions.Measure(session, windows, cancellationToken: cancellation);
        var meter = new SensitivityMeter(model, predictions, options, cancellation);
        var found = new List<(TensorSensitivity Tensor, bool IsMeasured)>();
        for (int i = 0; i < tensors.Count; i++)
        {
            if (meter.Measure(session, file.GetTensor(tensors[i].Name), tensors[i]) is { } one) found.Add(one);
            progress?.Invoke(i + 1, tensors[i].Name);
        }
        // What the model does not multiply by, or holds in another form, is taken for as sensitive as the others are.
        double usual = found.Where(one => one.IsMeasured).Select(one => one.Tensor.Slope).DefaultIfEmpty(1).Average();
        return [.. found.Select(one => one.IsMeasured ? one.Tensor : one.Tensor with { Slope = usual })];
    }

    private (TensorSensitivity, bool IsMeasured)? Measure(Session session, GgufTensor tensor, TensorDescription description)
    {
        int matrices = tensor.Shape.Count > 2 ? (int)tensor.Shape[2] : 1;
        float[]? importance = _options.Importance?.WeightsOf(tensor.Name, (int)tensor.Shape[0], matrices);
        IReadOnlyList<QuantType> types = CandidateTypes.Of(description, importance is not null, _options.Types);
        if (types.Count == 0) return null;
        double[] errors = _trips.Errors(tensor, types, importance);
        bool isMeasured = _model.HasMatrix(tensor.Name) && tensor.Elements <= MostSubstituted;
        double slope = 0;
        if (isMeasured)
        {
            int probe = Math.Max(0, types.Count(type => CandidateTypes.Bits(type) <= _options.Bits) - 1);
            slope = errors[probe] > 0 ? Divergence(session, tensor, types[probe], importance) / errors[probe] : 0;
        }
        TypeError[] named = [.. types.Zip(errors, (type, error) => new TypeError(type, error))];
        return (new TensorSensitivity(tensor.Name, slope, named), isMeasured);
    }

    private double Divergence(Session session, GgufTensor tensor, QuantType type, float[]? importance)
    {
        var data = new MemoryTensor(tensor.Name, _trips.Values(tensor, type, importance), tensor.File);
        using IDisposable substitution = _model.Substitute(tensor.Name, data, QuantType.F32);
        return Evaluation.Divergence.Measure(session, _predictions, cancellationToken: _cancellation).Mean;
    }
}
