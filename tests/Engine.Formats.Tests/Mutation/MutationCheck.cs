using Xunit;

namespace Engine.Formats.Tests.Mutation;

/// <summary>Opens damaged files: each must open and read in full or throw <see cref="ModelFormatException"/>, with little memory.</summary>
internal static class MutationCheck
{
    // An exception with its stack trace takes some kilobytes; the rest is in proportion to the file.
    private const long FixedBytes = 64 << 10;
    private const long BytesPerByte = 48;

    /// <summary>Counts of files that opened and that were refused.</summary>
    public static (int Opened, int Refused) Run(IEnumerable<byte[]> mutants, Func<byte[], IEnumerable<ITensorData>> open)
    {
        int opened = 0, refused = 0;
        foreach (byte[] mutant in mutants)
        {
            byte[] content = new byte[mutant.Length];
            long before = GC.GetAllocatedBytesForCurrentThread();
            try
            {
                foreach (ITensorData tensor in open(mutant))
                {
                    Assert.InRange(tensor.ByteLength, 0, mutant.Length);
                    tensor.Read(0, content.AsSpan(0, (int)tensor.ByteLength));
                }
                opened++;
            }
            catch (ModelFormatException e)
            {
                Assert.NotEmpty(e.Found);
                refused++;
            }
            catch (Exception e)
            {
                Assert.Fail($"mutant {opened + refused}: {e}\n{Convert.ToHexString(mutant)}");
            }
            long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
            Assert.True(
                allocated <= FixedBytes + BytesPerByte * mutant.Length,
                $"mutant {opened + refused} of {mutant.Length} bytes took {allocated} bytes of memory: {Convert.ToHexString(mutant)}");
        }
        return (opened, refused);
    }
}
