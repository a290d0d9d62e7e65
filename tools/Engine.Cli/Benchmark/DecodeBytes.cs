using Engine.Formats;
using Engine.Quantization.Mixes;

namespace Engine.Cli.Benchmark;

/// <summary>How many bytes of weights a token needs.</summary>
internal static class DecodeBytes
{
    /// <summary>
    /// Bytes, as the file stores them, of all weights that one token is multiplied with: not the embedding, unless it is also the output,
    /// and of experts the ones that are used.
    /// </summary>
    public static long Of(IModelSource file)
    {
        bool isTied = !file.TryGetTensor("output.weight", out _);
        string family = file.Metadata.GetString("general.architecture", "");
        double experts = file.Metadata.GetInt32($"{family}.expert_count", 0);
        double share = experts > 0 ? file.Metadata.GetInt32($"{family}.expert_used_count", 1) / experts : 1;
        double bytes = 0;
        foreach (ITensor tensor in file.Tensors)
        {
            if (TensorRoles.Of(tensor.Name) == TensorRole.Embedding && !isTied) continue;
            bytes += TensorDescription.Of(tensor).IsExpertStack ? share * tensor.ByteLength : tensor.ByteLength;
        }
        return (long)bytes;
    }
}
