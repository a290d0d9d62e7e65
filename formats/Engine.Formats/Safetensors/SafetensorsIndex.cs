namespace Engine.Formats.Safetensors;

/// <summary>The index of a sharded model, <c>model.safetensors.index.json</c>: which shard holds which tensor.</summary>
/// <param name="Path">The index's own path.</param>
/// <param name="Shards">Each tensor's name and its shard's file name, in the index's order.</param>
internal sealed record SafetensorsIndex(string Path, List<KeyValuePair<string, string>> Shards)
{
    private const string MapName = "weight_map";

    /// <summary>Reads an index; of its other fields none is used.</summary>
    /// <exception cref="ModelFormatException">It is missing, malformed, or names a shard outside its folder.</exception>
    public static SafetensorsIndex Read(string path)
    {
        byte[] text = SmallFile.Read(path, SafetensorsHeader.LongestJson, "an index of safetensors shards");
        List<KeyValuePair<string, string>>? shards = null;
        JsonFields.ReadObject(text, path, "index", (ref JsonFields json, string name) =>
        {
            if (name == MapName) shards = ReadMap(ref json);
            else json.Skip();
        });
        return shards is not null
            ? new SafetensorsIndex(path, shards)
            : throw new ModelFormatException(path, MapName, "no such field", "an object of tensor names and shards");
    }

    private static List<KeyValuePair<string, string>> ReadMap(ref JsonFields json)
    {
        var shards = new List<KeyValuePair<string, string>>();
        json.Item = MapName;
        json.ReadObject((ref JsonFields inner, string tensor) =>
        {
            inner.Item = tensor;
            string shard = inner.ReadString();
            if (!IsPlainName(shard))
                throw inner.Error($"shard \"{ModelFormatException.Shown(shard)}\"", "the name of a file in the index's own folder");
            shards.Add(KeyValuePair.Create(tensor, shard));
            inner.Item = MapName;
        });
        json.Item = null;
        return shards;
    }

    private static bool IsPlainName(string name) =>
        name is not ("" or "." or "..") && name.IndexOfAny(['/', '\\', ':', '\0']) < 0;
}
