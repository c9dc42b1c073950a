using FsCheck;
using FsCheck.Fluent;

namespace Oci.Image.Tests;

public sealed class DigestTests
{
    private const string Empty = "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

    [Fact]
    public void Compute_OfNothing_IsTheKnownDigest()
    {
        Assert.Equal(Empty, Digest.Compute([]).ToString());
        Assert.Equal(DigestAlgorithm.Sha256, Digest.Compute([]).Algorithm);
        Assert.Equal(Empty[7..], Digest.Compute([]).Hex.ToString());
    }

    // descriptor.md, "Digests": the encoded portion MUST match /[a-f0-9]{64}/ for sha256, and 128 for sha512.
    [Theory]
    [InlineData("")]
    [InlineData(":")]
    [InlineData("sha256")]
    [InlineData("sha256:")]
    [InlineData("sha256:zz")]
    [InlineData("sha256:E3B0C44298FC1C149AFBF4C8996FB92427AE41E4649B934CA495991B7852B855")]
    [InlineData("sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b85")]
    [InlineData("sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b8555")]
    [InlineData("SHA256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")]
    [InlineData("sha512:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")]
    [InlineData("md5:d41d8cd98f00b204e9800998ecf8427e")]
    [InlineData("sha256:../../../../../../../../../../../../../../../../../../../../etc/pas")]
    [InlineData(" sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")]
    [InlineData("sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b85\n")]
    public void Parse_OfWhatIsNoDigest_Throws(string text)
    {
        Assert.False(Digest.TryParse(text, out Digest digest));
        Assert.Equal(default, digest);
        Assert.Throws<FormatException>(() => Digest.Parse(text));
    }

    [Fact]
    public void Parse_OfWhatToStringGave_IsEqual() =>
        Prop.ForAll(ArbMap.Default.ArbFor<byte[]>(), content =>
            Enum.GetValues<DigestAlgorithm>().Where(a => a is DigestAlgorithm.Sha256 or DigestAlgorithm.Sha512).All(algorithm =>
            {
                Digest digest = Digest.Compute(algorithm, content);
                return Digest.Parse(digest.ToString()) == digest && digest.GetHashCode() == Digest.Parse(digest.ToString()).GetHashCode();
            })).QuickCheckThrowOnFailure();

    [Fact]
    public void Default_IsHarmless()
    {
        Digest none = default;

        Assert.Equal("", none.ToString());
        Assert.Equal("", none.Hex.ToString());
        Assert.Equal("", none.AlgorithmName);
        Assert.False(none.IsComputable);
        Assert.Equal(0, none.GetHashCode());
    }

    [Fact]
    public void FromHash_OfAnotherLength_Throws()
    {
        Assert.Throws<ArgumentException>(() => Digest.FromHash(DigestAlgorithm.Sha256, new byte[31]));
        Assert.Throws<ArgumentException>(() => Digest.FromHash(DigestAlgorithm.None, []));
    }

    [Fact]
    public void Compute_OfBlake3_SaysThatItCannot() =>
        Assert.Throws<NotSupportedException>(() => Digest.Compute(DigestAlgorithm.Blake3, []));
}
