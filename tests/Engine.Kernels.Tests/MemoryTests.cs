using Xunit;

namespace Engine.Kernels.Tests;

public unsafe class MemoryTests
{
    [Theory, InlineData(0), InlineData(1), InlineData(1000)]
    public void A_buffer_is_aligned_and_zero(int length)
    {
        using var buffer = new NativeBuffer(length);
        Assert.Equal(0, (nint)buffer.Pointer % NativeBuffer.Alignment);
        Assert.True(new Span<byte>(buffer.Pointer, length).IndexOfAnyExcept((byte)0) < 0);
    }

    [Fact]
    public void A_disposed_buffer_is_refused_and_may_be_disposed_again()
    {
        var buffer = new NativeBuffer(8);
        buffer.Dispose();
        buffer.Dispose();
        Assert.Throws<ObjectDisposedException>(() => _ = *buffer.Pointer);
    }

    [Fact]
    public void A_negative_length_is_refused() => Assert.Throws<ArgumentOutOfRangeException>(() => new NativeBuffer(-1));

    [Theory, InlineData(1), InlineData(16), InlineData(17), InlineData(576)]
    public void Rows_of_an_activation_are_aligned_and_apart(int columns)
    {
        using var activation = new Activation(3, columns);
        for (int i = 0; i < 3; i++) activation.Row(i).Fill(i + 1);
        for (int i = 0; i < 3; i++)
        {
            Assert.Equal(columns, activation.Row(i).Length);
            Assert.True(activation.Row(i).IndexOfAnyExcept((float)(i + 1)) < 0);
            fixed (float* row = activation.Row(i)) Assert.Equal(0, (nint)row % NativeBuffer.Alignment);
        }
    }

    [Fact]
    public void Only_rows_in_use_are_handed_out()
    {
        using var activation = new Activation(3, 4);
        Assert.Equal(3, activation.Rows);
        activation.Rows = 1;
        Assert.Throws<ArgumentOutOfRangeException>(() => activation.Row(1).Length);
        Assert.Throws<ArgumentOutOfRangeException>(() => activation.Rows = 4);
        Assert.Throws<ArgumentOutOfRangeException>(() => activation.Rows = -1);
    }
}
