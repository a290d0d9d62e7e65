using Engine.Formats;
using Engine.Formats.Gguf;
using Engine.Testing;
using Engine.Tokenization;
using Xunit;

namespace Engine.Tests.Tokenization;

/// <summary>Damaged vocabularies either work or fail with the one exception for malformed files.</summary>
public class MutationTests
{
    [Theory]
    [InlineData("llama")]
    [InlineData("llama3")]
    [InlineData("bert")]
    public void A_damaged_file_fails_with_a_typed_exception_or_works(string name)
    {
        using var folder = new TemporaryFolder();
        byte[] original = File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "data", "tokenizers", name + ".gguf"));
        string path = Path.Combine(folder.Path, "mutant.gguf");
        var random = new Random(23);
        int failed = 0;
        for (int round = 0; round < 500; round++)
        {
            byte[] mutant = (byte[])original.Clone();
            for (int i = random.Next(1, 4); i > 0; i--) mutant[random.Next(24, mutant.Length)] = (byte)random.Next(256);
            File.WriteAllBytes(path, mutant);
            try
            {
                using GgufFile file = GgufFile.Open(path);
                Tokenizer tokenizer = Tokenizer.Create(file.Metadata, path);
                List<int> ids = tokenizer.Encode("Hello  world, it's 12345 <s>\n\né한😀");
                tokenizer.Decode([.. ids], unparseSpecial: true);
            }
            catch (ModelFormatException)
            {
                failed++;
            }
        }
        Assert.InRange(failed, 1, 499);
    }
}
