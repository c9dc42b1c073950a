using FsCheck;
using FsCheck.Fluent;

namespace Oci.Distribution.Tests;

public sealed class ReferenceTests
{
    private const string Hex = "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a";

    [Theory]
    [InlineData("localhost/a", "localhost", "a", null, null)]
    [InlineData("localhost:5000/a:b", "localhost:5000", "a", "b", null)]
    [InlineData("registry.example/a/b-c/d__e/f.g:V1_2.3-x", "registry.example", "a/b-c/d__e/f.g", "V1_2.3-x", null)]
    [InlineData("[::1]:5000/a", "[::1]:5000", "a", null, null)]
    [InlineData("10.0.0.1/a---b", "10.0.0.1", "a---b", null, null)]
    [InlineData("h/a@sha256:" + Hex, "h", "a", null, "sha256:" + Hex)]
    [InlineData("h:1/a:t@sha256:" + Hex, "h:1", "a", "t", "sha256:" + Hex)]
    public void Parse_AFullReference_FindsItsParts(string text, string host, string repository, string? tag, string? digest)
    {
        Reference reference = Reference.Parse(text);

        Assert.Equal(host, reference.Host);
        Assert.Equal(repository, reference.Repository);
        Assert.Equal(tag, reference.Tag);
        Assert.Equal(digest ?? "", reference.Digest.ToString());
        Assert.Equal(digest ?? tag ?? "latest", reference.Identifier);
        Assert.Equal(text, reference.ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("a")]
    [InlineData("/a")]
    [InlineData("h/")]
    [InlineData("h/A")]
    [InlineData("h/a//b")]
    [InlineData("h/a/")]
    [InlineData("h/-a")]
    [InlineData("h/a-")]
    [InlineData("h/a..b")]
    [InlineData("h/a___b")]
    [InlineData("h/a._b")]
    [InlineData("h/../b")]
    [InlineData("h/a:")]
    [InlineData("h/a:.b")]
    [InlineData("h/a:-b")]
    [InlineData("h/a:b:c")]
    [InlineData("h/a:b/c")]
    [InlineData("h/a@")]
    [InlineData("h/a@sha256:zz")]
    [InlineData("h/a@sha256:" + Hex + "0")]
    [InlineData("h:0/a")]
    [InlineData("h:65536/a")]
    [InlineData("h:+1/a")]
    [InlineData("h:/a")]
    [InlineData("-h/a")]
    [InlineData("h_h/a")]
    [InlineData("h..h/a")]
    [InlineData("[::1/a")]
    [InlineData("[::1]x/a")]
    [InlineData("[fe80::1%25eth0]/a")]
    [InlineData("user@h/a")]
    [InlineData("https://h/a")]
    [InlineData("h/a?b")]
    [InlineData("h/a%2e%2e")]
    [InlineData(" h/a")]
    [InlineData("h/a\n")]
    public void Parse_SomethingElse_ThrowsFormatException(string text)
    {
        Assert.Throws<FormatException>(() => Reference.Parse(text));
        Assert.False(Reference.TryParse(text, out Reference result));
        Assert.Equal(default, result);
    }

    [Fact]
    public void Parse_AtTheLimits_IsStrict()
    {
        string tag = new('t', 128);
        Assert.Equal(tag, Reference.Parse($"h/a:{tag}").Tag);
        Assert.False(Reference.TryParse($"h/a:{tag}t", out _));
        Assert.True(Reference.TryParse($"h/{new string('a', 255)}", out _));
        Assert.False(Reference.TryParse($"h/{new string('a', 256)}", out _));
        Assert.False(Reference.TryParse($"{new string('h', 64)}/a", out _));
    }

    [Theory]
    [InlineData("debian", "docker.io/library/debian")]
    [InlineData("debian:12", "docker.io/library/debian:12")]
    [InlineData("someone/thing", "docker.io/someone/thing")]
    [InlineData("docker.io/debian", "docker.io/library/debian")]
    [InlineData("index.docker.io/a/b", "docker.io/a/b")]
    [InlineData("localhost/a", "localhost/a")]
    [InlineData("host:5000/a", "host:5000/a")]
    [InlineData("quay.io/a/b:c", "quay.io/a/b:c")]
    public void ParseDockerName_AShortName_MeansDockerHub(string text, string full) =>
        Assert.Equal(full, Reference.ParseDockerName(text).ToString());

    [Fact]
    public void Default_NamesNothing_AndIsHarmless()
    {
        Assert.Equal("", default(Reference).ToString());
        Assert.Equal("", default(Reference).Host);
        Assert.Throws<ArgumentException>(() => RegistryClient.For(default));
    }

    [Fact]
    public void For_PicksTheScheme_ByLoopbackAndOption()
    {
        using RegistryClient hub = RegistryClient.For(Reference.ParseDockerName("debian"));
        using RegistryClient local = RegistryClient.For(Reference.Parse("localhost:5000/a"));
        using RegistryClient plain = RegistryClient.For(Reference.Parse("h:80/a"), new() { PlainHttp = true });

        Assert.Equal("https://registry-1.docker.io/", hub.Registry.AbsoluteUri);
        Assert.Equal("http://localhost:5000/", local.Registry.AbsoluteUri);
        Assert.Equal("http://h/", plain.Registry.AbsoluteUri);
    }

    [Fact]
    public void TryParse_OfAnything_NeverThrowsAndRoundTrips() =>
        Prop.ForAll(ArbMap.Default.ArbFor<string?>(), text => !Reference.TryParse(text, out Reference r) || r.ToString() == text)
            .QuickCheckThrowOnFailure();

    [Fact]
    public void TryParse_OfWhatIsAlmostAReference_RoundTrips()
    {
        Gen<string> pieces = Gen.Elements("h", "a", "/", ":", "@", ".", "-", "_", "5000", "A", "sha256", Hex, "[", "]", "::1");
        Prop.ForAll(pieces.ListOf().Select(p => string.Concat(p)).ToArbitrary(), text => !Reference.TryParse(text, out Reference r) || r.ToString() == text)
            .QuickCheckThrowOnFailure();
    }
}
