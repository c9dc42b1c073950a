using FsCheck;
using FsCheck.Fluent;
using Oci.Image.RootFilesystems;

namespace Oci.Image.Tests.RootFilesystems;

public sealed class RootlessOwnerTests
{
    /// <summary>Protobuf: tags 0x08 and 0x10, varints of seven bits, the lowest first.</summary>
    [Theory]
    [InlineData(0u, 0u, "")]
    [InlineData(1u, 0u, "0801")]
    [InlineData(0u, 127u, "107F")]
    [InlineData(1000u, 300u, "08E80710AC02")]
    [InlineData(uint.MaxValue, uint.MaxValue, "08FFFFFFFF0F10FFFFFFFF0F")]
    public void Write_Owner_IsAProtobufMessage(uint uid, uint gid, string expected)
    {
        Span<byte> value = stackalloc byte[RootlessOwner.MaxSize];
        int length = RootlessOwner.Write(uid, gid, value);
        Assert.Equal(expected, Convert.ToHexString(value[..length]));
    }

    [Fact]
    public void TryRead_WhatWasWritten_GivesItBack() =>
        Prop.ForAll(ArbMap.Default.ArbFor<Tuple<uint, uint>>(), owner =>
        {
            Span<byte> value = stackalloc byte[RootlessOwner.MaxSize];
            int length = RootlessOwner.Write(owner.Item1, owner.Item2, value);
            return RootlessOwner.TryRead(value[..length], out uint uid, out uint gid) && uid == owner.Item1 && gid == owner.Item2;
        }).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData("08")]
    [InlineData("0880")]
    [InlineData("08FFFFFFFF1F")]
    [InlineData("08FFFFFFFFFF01")]
    [InlineData("1801")]
    public void TryRead_OtherBytes_IsFalse(string value) =>
        Assert.False(RootlessOwner.TryRead(Convert.FromHexString(value), out _, out _));
}
