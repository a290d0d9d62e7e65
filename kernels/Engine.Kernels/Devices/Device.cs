namespace Engine.Kernels;

/// <summary>
/// What a forward pass is computed on: coarse operations on activations. An operation writes the outputs that it names and nothing else,
/// and no output is one of its inputs, so that a device may record operations and compute them later.
/// </summary>
/// <remarks>
/// Every operation treats each row (token) by itself and in one order: a row's result has the same bits whatever rows stand beside
/// it. An operation sets the row count of its outputs to that of its input.
/// A device serves one forward pass at a time.
/// </remarks>
public abstract class Device : IDisposable
{
    /// <summary>An activation of at most <paramref name="capacity"/> rows.</summary>
    public abstract Activation CreateActivation(int capacity, int columns);

    /// <summary>Rows of a table (an embedding), times <paramref name="scale"/>.</summary>
    /// <param name="table">The table, one row for each id.</param>
    /// <param name="ids">Rows to take, one for each output row.</param>
    /// <param name="scale">Factor of the elements.</param>
    /// <param name="output">Written: ids.Length rows.</param>
    public abstract void Embed(Matrix table, ReadOnlySpan<int> ids, float scale, Activation output);

    /// <summary>Some rows of an activation, in the order of <paramref name="rows"/>.</summary>
    public abstract void Select(Activation input, ReadOnlySpan<int> rows, Activation output);

    /// <summary>
    /// Matrix products that share one input: outputs[i] = group[i].Scale · input · group[i].Weightᵀ + group[i].Bias. Each map's observer
    /// is shown the input first.
    /// </summary>
    public abstract void Multiply(ReadOnlySpan<Linear> group, Activation input, ReadOnlySpan<Activation> outputs);

    /// <summary>
    /// The first half of a feed-forward network: f(gate(input)) · up(input), or f(up(input)) without a gate. Each map's observer is shown
    /// the input first.
    /// </summary>
    /// <param name="maps">The gate and what it gates, or one map alone.</param>
    /// <param name="function">f.</param>
    /// <param name="input">[tokens, inputs].</param>
    /// <param name="output">[tokens, outputs]; written.</param>
    public abstract void MultiplyGated(ReadOnlySpan<Linear> maps, ActivationFunction function, Activation input, Activation output);

    /// <summary>Normalises each row.</summary>
    public abstract void Normalize(Activation input, Norm norm, Activation output);

    /// <summary>Turns the heads of each row by RoPE.</summary>
    /// <param name="input">Rows of whole heads.</param>
    /// <param name="angles">The angles of each row.</param>
    /// <param name="headSize">Elements of a head.</param>
    /// <param name="offset">The first element of a head that is turned; those outside the angles' dimensions are copied.</param>
    /// <param name="output">Written.</param>
    public abstract void Rotate(Activation input, RopeAngles angles, int headSize, int offset, Activation output);

    /// <summary>Joins, for each head, its own elements and elements that all heads share.</summary>
    /// <param name="own">[tokens, heads · own size].</param>
    /// <param name="shared">[tokens, shared size].</param>
    /// <param name="heads">Number of heads.</param>
    /// <param name="output">[tokens, heads · (own size + shared size)]; written.</param>
    public abstract void JoinHeads(Activation own, Activation shared, int heads, Activation output);

    /// <summary>Stores keys and values in the cache and attends to what the tokens see.</summary>
    /// <param name="batch">The tokens.</param>
    /// <param name="layer">Index of the layer in the cache.</param>
    /// <param name="queries">[tokens, query heads · key size].</param>
    /// <param name="keys">[tokens, KV heads · key size].</param>
    /// <param name="values">[tokens, KV heads · value size].</param>
    /// <param name="parameters">How the layer attends.</param>
    /// <param name="output">[tokens, query heads · value size]; written.</param>
    public abstract void Attend(
        Batch batch, int layer, Activation queries, Activation keys, Activation values, AttentionParameters parameters, Activation output);

    /// <summary>left + scale · right.</summary>
    public abstract void Add(Activation left, Activation right, float scale, Activation output);

    /// <summary>scale · input, then capped softly as cap · tanh(x / cap); a cap of 0 caps nothing.</summary>
    public abstract void ScaleAndCap(Activation input, float scale, float cap, Activation output);

    /// <summary>Routes each token to its experts.</summary>
    /// <param name="scores">[tokens, experts], the router's outputs.</param>
    /// <param name="selectionBias">
    /// Added to an expert's gate value for the choice alone, not for its weight (DeepSeek-V3); null: nothing.
    /// </param>
    /// <param name="routing">Written.</param>
    public abstract void Route(Activation scores, float[]? selectionBias, Routing routing);

    /// <summary>The weighted sum of each token's experts, in ascending order of the experts.</summary>
    public abstract void MixExperts(ExpertGroup experts, Routing routing, Activation input, ExpertBuffers buffers, Activation output);

    /// <summary>Frees what the device holds.</summary>
    public abstract void Dispose();
}
