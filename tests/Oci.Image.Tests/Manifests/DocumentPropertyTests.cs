using System.Text;
using Oci.Image.Archives;
using Oci.Image.Configuration;
using Oci.Image.Layouts;
using Oci.Image.Manifests;
using Oci.Testing.Generators;

namespace Oci.Image.Tests.Manifests;

/// <summary>Any JSON, and any document with something wrong in it, is either read or refused with the document and the member.</summary>
public sealed class DocumentPropertyTests
{
    private static readonly Descriptor Blob = Descriptor.Create(MediaTypes.OctetStream, "content"u8) with
    {
        Urls = ["https://example.com/a"],
        Annotations = new Dictionary<string, string> { ["k"] = "v" },
        Data = "content"u8.ToArray(),
        Platform = new Platform { Architecture = "arm", Os = "linux", Variant = "v7", OsVersion = "1", OsFeatures = ["f"], Features = ["g"] },
    };

    private static readonly byte[][] Samples =
    [
        new ImageManifest
        {
            MediaType = MediaTypes.ImageManifest,
            ArtifactType = "a/b",
            Config = Blob,
            Layers = [Blob, Blob],
            Subject = Blob,
            Annotations = new Dictionary<string, string> { ["k"] = "v" },
        }.ToUtf8Bytes(),
        new ImageIndex { MediaType = MediaTypes.ImageIndex, ArtifactType = "a/b", Manifests = [Blob, Blob], Subject = Blob }.ToUtf8Bytes(),
        new ImageConfig
        {
            Architecture = "amd64",
            Os = "linux",
            Created = DateTimeOffset.UnixEpoch,
            Config = new ContainerConfig { Env = ["A=1"], Entrypoint = ["sh"], Cmd = ["-c"], WorkingDir = "/", User = "0", Labels = new Dictionary<string, string> { ["l"] = "m" } },
            RootFs = new RootFs { DiffIds = [Blob.Digest] },
            History = [new History { CreatedBy = "x", Created = DateTimeOffset.UnixEpoch, EmptyLayer = true }],
        }.ToUtf8Bytes(),
        new LayoutHeader { ImageLayoutVersion = LayoutHeader.CurrentVersion }.ToUtf8Bytes(),
        """[{"Config":"c.json","RepoTags":["busybox:latest"],"Layers":["a/layer.tar","b/layer.tar"]}]"""u8.ToArray(),
    ];

    [Fact]
    public void Parse_RandomJson_IsReadOrRefused() =>
        Seeds.Check(2_000, random => Check(Encoding.UTF8.GetBytes(RandomJson.Value(random))));

    [Fact]
    public void Parse_DocumentWithMembersExchanged_IsReadOrRefused() =>
        Seeds.Check(4_000, random => Check(RandomJson.Mutate(Samples[random.Next(Samples.Length)], random)));

    [Fact]
    public void Parse_DocumentWithDamagedBytes_IsReadOrRefused() =>
        Seeds.Check(4_000, random => Check(Mutation.Of(Samples[random.Next(Samples.Length)], random)));

    [Fact]
    public void Parse_DocumentCutAtEveryByte_IsRefused()
    {
        Action<byte[]>[] parsers = [utf8 => ImageManifest.Parse(utf8), utf8 => ImageIndex.Parse(utf8), utf8 => ImageConfig.Parse(utf8), utf8 => LayoutHeader.Parse(utf8)];
        for (int i = 0; i < parsers.Length; i++)
        {
            for (int length = 0; length < Samples[i].Length; length++)
            {
                var exception = Assert.Throws<InvalidDocumentException>(() => parsers[i](Samples[i][..length]));
                Assert.StartsWith("$", exception.JsonPath, StringComparison.Ordinal);
            }
        }
    }

    [Fact]
    public void Parse_UnknownMemberThatIsNotUtf8_IsRefused()
    {
        byte[] utf8 = [.. """{"schemaVersion":2,"manifests":[],"x":" """u8, 0xff, .. "\"}"u8];
        Assert.Equal("$", Assert.Throws<InvalidDocumentException>(() => ImageIndex.Parse(utf8)).JsonPath);
    }

    private static void Check(byte[] utf8)
    {
        Check(utf8, text => ImageManifest.Parse(text), document => document.ToUtf8Bytes());
        Check(utf8, text => ImageIndex.Parse(text), document => document.ToUtf8Bytes());
        Check(utf8, text => ImageConfig.Parse(text), document => document.ToUtf8Bytes());
        Check(utf8, text => LayoutHeader.Parse(text), document => document.ToUtf8Bytes());
        Check(utf8, text => OciJson.Parse(text, OciJsonContext.Default.DockerArchiveImageArray, "manifest.json"), document => OciJson.ToUtf8Bytes(document, OciJsonContext.Default.DockerArchiveImageArray));
        ManifestLinks.Sniff(utf8);
    }

    /// <summary>What is read is written, and what was written is read as the same.</summary>
    private static void Check<T>(byte[] utf8, Func<byte[], T> parse, Func<T, byte[]> format)
    {
        T document;
        try
        {
            document = parse(utf8);
        }
        catch (InvalidDocumentException exception)
        {
            Assert.StartsWith("$", exception.JsonPath, StringComparison.Ordinal);
            return;
        }
        byte[] written = format(document);
        Assert.Equal(Encoding.UTF8.GetString(written), Encoding.UTF8.GetString(format(parse(written))));
    }
}
