using System.Diagnostics.CodeAnalysis;
using Engine.Formats;
using Engine.Formats.Checkpoints;
using Engine.Formats.Safetensors;
using Engine.Models.HuggingFace.Rows;

namespace Engine.Models.HuggingFace;

/// <summary>Makes the tensors that GGUF files have of those of a checkpoint, by the rules of its family.</summary>
internal sealed class TensorMapper
{
    private const string Weight = ".weight";
    private const string Bias = ".bias";
    private const string Output = "output";

    // What training or other programs left behind, what RoPE computes, and scales of activations and caches, which are not quantized here.
    private static readonly string[] IgnoredEnds =
    [
        ".rotary_emb.inv_freq", "rotary_emb.cos_cached", "rotary_emb.sin_cached", ".attn.bias", ".attn.masked_bias", ".attention.bias",
        ".attention.masked_bias", "position_ids", ".input_scale", ".output_scale", ".k_scale", ".v_scale", ".q_scale",
    ];

    private readonly SafetensorsFile _tensors;
    private readonly TranslatedConfig _config;
    private readonly IWeightCodec? _codec;
    private readonly bool _blocks;
    private readonly string _prefix;
    private readonly HashSet<string> _used = new(StringComparer.Ordinal);

    /// <param name="tensors">The checkpoint's tensors.</param>
    /// <param name="config">Its config.json.</param>
    /// <param name="codec">What finds weights that are made of several tensors; null where there are none.</param>
    /// <param name="blocks">Whether weights become blocks of integers where a type holds them.</param>
    public TensorMapper(SafetensorsFile tensors, TranslatedConfig config, IWeightCodec? codec, bool blocks)
    {
        (_tensors, _config, _codec, _blocks) = (tensors, config, codec, blocks);
        string embedding = Family.Model[0].Checkpoint;
        _prefix = Family.Prefixes.FirstOrDefault(prefix => Has(prefix + embedding)) ?? Family.Prefixes[0];
    }

    private FolderFamily Family => _config.Family;

    /// <summary>All tensors that the family's rules make.</summary>
    /// <exception cref="ModelFormatException">
    /// A tensor that cannot be in the order that a rule says, is of a type that holds no weights, or that the family does not have.
    /// </exception>
    public IEnumerable<FolderTensor> Map()
    {
        IEnumerable<FolderTensor> outside = Family.Model.SelectMany(rule => rule.Gguf == Output ? MapOutput(rule) : Map(rule, null));
        IEnumerable<FolderTensor> inLayers = Enumerable.Range(0, _config.Layers)
            .SelectMany(layer => Family.Layer.SelectMany(rule => Map(rule, layer)));
        foreach (FolderTensor tensor in outside.Concat(inLayers).Concat(MapFactors())) yield return tensor;
        CheckAllUsed();
    }

    /// <summary>The checkpoint's name of a tensor, found by the rules alone: the tensor may be missing. Null where no rule makes it.</summary>
    public string? OriginOf(string gguf)
    {
        string[] parts = gguf.Split('.', 3);
        int? layer = parts is ["blk", _, _] && int.TryParse(parts[1], out int number) ? number : null;
        string name = layer is null ? gguf : parts[2];
        foreach (TensorRule rule in layer is null ? Family.Model : Family.Layer)
        {
            if (rule.IsWholeName ? name != rule.Gguf : !name.StartsWith(rule.Gguf + ".", StringComparison.Ordinal)) continue;
            return Numbered(NameOf(rule, layer), 0) + (rule.IsWholeName ? "" : name[rule.Gguf.Length..]);
        }
        return null;
    }

    /// <summary>The output matrix: the embedding where config.json says so, or where it says nothing and there is no other.</summary>
    private IEnumerable<FolderTensor> MapOutput(TensorRule rule)
    {
        string name = NameOf(rule, null);
        if (!(_config.IsTied ?? !Has(name)))
        {
            return Has(name) ? Map(rule, null) : throw new ModelFormatException(
                _tensors.Path, name + Weight, "no such tensor", "an output matrix, since tie_word_embeddings is false");
        }
        TensorRule embedding = Family.Model[0];
        string tied = NameOf(embedding, null);
        FolderTensor?[] made =
        [
            _config.RequiresOutput ? Make(embedding, rule.Gguf + Weight, tied, tied + Weight, ofVectors: false) : null,
            Make(rule, rule.Gguf + Bias, null, name + Bias, ofVectors: true),
        ];
        _used.Add(name + Weight);
        return made.OfType<FolderTensor>();
    }

    private IEnumerable<FolderTensor> Map(TensorRule rule, int? layer)
    {
        string name = NameOf(rule, layer), gguf = layer is null ? rule.Gguf : $"blk.{layer}.{rule.Gguf}";
        bool isBias = rule.IsWholeName && gguf.EndsWith(Bias, StringComparison.Ordinal);
        FolderTensor?[] made = rule.IsWholeName
            ? [Make(rule, gguf, isBias ? null : name, name, isBias)]
            : [Make(rule, gguf + Weight, name, name + Weight, ofVectors: false), Make(rule, gguf + Bias, null, name + Bias, ofVectors: true)];
        return made.OfType<FolderTensor>();
    }

    private string NameOf(TensorRule rule, int? layer) =>
        rule.IsOutside ? rule.Checkpoint
        : layer is null ? _prefix + rule.Checkpoint
        : $"{_prefix}{Family.LayerPath}{layer}.{rule.Checkpoint}";

    /// <summary>Makes a tensor; null where the checkpoint does not have what it is made of.</summary>
    private FolderTensor? Make(TensorRule rule, string gguf, string? module, string tensor, bool ofVectors)
    {
        List<StoredRows> parts = FindParts(rule, module, tensor, ofVectors, _blocks);
        // A stack has one type: where only some of its matrices fit into blocks, all are decoded.
        if (_blocks && parts.Exists(part => part.Type != parts[0].Type)) parts = FindParts(rule, module, tensor, ofVectors, blocks: false);
        if (parts.Count == 0) return null;
        string origin = Numbered(tensor, 0);
        StoredRows first = parts[0];
        foreach (StoredRows part in parts)
        {
            if (part.Type != first.Type || part.Rows != first.Rows || part.Columns != first.Columns || (parts.Count > 1 && part.Matrices > 1))
            {
                throw new ModelFormatException(
                    part.File, Numbered(tensor, parts.IndexOf(part)), $"[{part.Rows}, {part.Columns}] of {part.Type}",
                    $"[{first.Rows}, {first.Columns}] of {first.Type} as in {origin}");
            }
        }
        return RowMap.Of(rule.Order, first.Rows, _config.Heads) is { } map
            ? new FolderTensor(gguf, origin, [.. parts], map)
            : throw new ModelFormatException(
                first.File, origin, $"{first.Rows} rows",
                $"rows for {_config.Heads.Heads} query heads and {_config.Heads.KeyValueHeads} key and value heads");
    }

    /// <summary>The one tensor that a rule names, or all those that it numbers.</summary>
    private List<StoredRows> FindParts(TensorRule rule, string? module, string tensor, bool ofVectors, bool blocks)
    {
        var parts = new List<StoredRows>();
        if (!tensor.Contains(TensorRule.Part, StringComparison.Ordinal))
        {
            if (Find(rule, module, tensor, ofVectors, blocks) is { } only) parts.Add(only);
            return parts;
        }
        while (Find(rule, Numbered(module, parts.Count), Numbered(tensor, parts.Count), ofVectors, blocks) is { } part) parts.Add(part);
        return parts;
    }

    private StoredRows? Find(TensorRule rule, string? module, string tensor, bool ofVectors, bool blocks)
    {
        if (module is not null && _codec?.Find(module) is { } source)
        {
            _used.UnionWith(source.Tensors);
            return new SourceRows(source, blocks ? source.AsBlocks() : null, rule.IsStack ? ExpertCount(source) : 1);
        }
        if (!_tensors.TryGetTensor(tensor, out SafetensorsTensor? stored)) return null;
        _used.Add(tensor);
        StoredRows rows = new PlainRows(stored, ofVectors);
        if (rule.Transposed && !rows.IsVector) rows = new TransposedRows(rows);
        return rule.Offset == 0 ? rows : new OffsetRows(rows, rule.Offset);
    }

    private int ExpertCount(IWeightSource source) =>
        _config.Keys.Values.TryGetValue($"{Family.Architecture}.expert_count", out Formats.Gguf.GgufValue? value)
        && value.TryGetInteger(out int experts)
            ? experts
            : throw new ModelFormatException(source.File, source.Name, "experts", "their number in config.json");

    private IEnumerable<FolderTensor> MapFactors()
    {
        string[] names = _config.RopeFactors.Count == 1 ? [RopeTensors.Factors] : [RopeTensors.Short, RopeTensors.Long];
        return _config.RopeFactors.Select((factors, i) => new FolderTensor(
            names[i], "rope_scaling", [new ValueRows(_tensors.Path, factors)], new RowMap(factors.Length, null)));
    }

    private bool Has(string module) => _tensors.TryGetTensor(module + Weight, out _) || _codec?.Find(module) is not null;

    private void CheckAllUsed()
    {
        foreach (SafetensorsTensor tensor in _tensors.Tensors)
        {
            if (!_used.Contains(tensor.Name) && !MayBeIgnored(tensor.Name))
            {
                throw new ModelFormatException(
                    tensor.File, tensor.Name, "a tensor that the model's family does not have", "its tensors alone");
            }
        }
    }

    /// <summary>Layers past the last one predict further tokens.</summary>
    private bool MayBeIgnored(string name)
    {
        if (IgnoredEnds.Any(end => name.EndsWith(end, StringComparison.Ordinal))) return true;
        if (Family.Ignored.Any(start => StartsWith(name, start) || StartsWith(name, _prefix + start))) return true;
        string layers = _prefix + Family.LayerPath;
        return StartsWith(name, layers) && int.TryParse(name[layers.Length..].Split('.')[0], out int layer) && layer >= _config.Layers;
    }

    private static bool StartsWith(string name, string start) => name.StartsWith(start, StringComparison.Ordinal);

    [return: NotNullIfNotNull(nameof(name))]
    private static string? Numbered(string? name, int number) => name?.Replace(TensorRule.Part, $"{number}", StringComparison.Ordinal);
}
