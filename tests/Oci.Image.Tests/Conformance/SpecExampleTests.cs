using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Oci.Image.Configuration;
using Oci.Image.Manifests;
using Oci.Image.Tests.Validation;
using Oci.Image.Validation;

namespace Oci.Image.Tests.Conformance;

/// <summary>The spec's own examples are judged as the spec does, and are written again byte for byte.</summary>
public sealed class SpecExampleTests
{
    // A config that Docker 1.10 wrote (fedora:23), with the digest that it has in the registry.
    private const string DockerConfig = """{"architecture":"amd64","author":"Patrick Uiterwijk \u003cpatrick@puiterwijk.org\u003e","config":{"Hostname":"8dfe43d80430","Domainname":"","User":"","AttachStdin":false,"AttachStdout":false,"AttachStderr":false,"Tty":false,"OpenStdin":false,"StdinOnce":false,"Env":["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"],"Cmd":null,"Image":"sha256:6986ae504bbf843512d680cc959484452034965db15f75ee8bdd1b107f61500b","Volumes":null,"WorkingDir":"","Entrypoint":null,"OnBuild":null,"Labels":{}},"container":"6249cd2c4b1d6b1bf05903364cbcb95781508994d6407c1564d494e748ea1b41","container_config":{"Hostname":"8dfe43d80430","Domainname":"","User":"","AttachStdin":false,"AttachStdout":false,"AttachStderr":false,"Tty":false,"OpenStdin":false,"StdinOnce":false,"Env":["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"],"Cmd":["/bin/sh","-c","#(nop) ADD file:293a6e463aa402bb8f80eb5cfc937f375cedc6843abaeb9eccfe3923bb3fc80b in /"],"Image":"sha256:6986ae504bbf843512d680cc959484452034965db15f75ee8bdd1b107f61500b","Volumes":null,"WorkingDir":"","Entrypoint":null,"OnBuild":null,"Labels":{}},"created":"2016-06-10T18:44:31.784795904Z","docker_version":"1.10.3","history":[{"created":"2016-06-10T18:44:03.360264073Z","author":"Patrick Uiterwijk \u003cpatrick@puiterwijk.org\u003e","created_by":"/bin/sh -c #(nop) MAINTAINER Patrick Uiterwijk \u003cpatrick@puiterwijk.org\u003e","empty_layer":true},{"created":"2016-06-10T18:44:31.784795904Z","author":"Patrick Uiterwijk \u003cpatrick@puiterwijk.org\u003e","created_by":"/bin/sh -c #(nop) ADD file:293a6e463aa402bb8f80eb5cfc937f375cedc6843abaeb9eccfe3923bb3fc80b in /"}],"os":"linux","rootfs":{"type":"layers","diff_ids":["sha256:d43f38155a799dc53d8fbb9f3bc11f51805f4027cd5c3d10b9823201cd5b9400"]}}""";

    public static TheoryData<string, string, string, bool> All { get; } = new(SpecExamples.All);

    [Theory]
    [MemberData(nameof(All))]
    public void ValidateDocument_OfTheSpecsExample_GivesTheSpecsAnswer(string name, string mediaType, string json, bool isGood)
    {
        IReadOnlyList<ValidationFinding> findings = ImageValidator.ValidateDocument(Utf8(json), MediaType.Parse(mediaType));

        Assert.True(isGood == findings.All(f => f.Severity != ValidationSeverity.Error), $"{name}: {string.Join('\n', findings)}");
    }

    // An artifact without a type can be read, so only the validator names it. Descriptors and headers are read in what they stand in.
    public static TheoryData<string, string, bool> Readable { get; } = new(
        from example in SpecExamples.All
        where example.MediaType is DocumentSamples.Manifest or DocumentSamples.Index or DocumentSamples.Config && example.Name != "empty config without artifactType"
        select (example.MediaType, example.Json, example.IsGood));

    [Theory]
    [MemberData(nameof(Readable))]
    public void Parse_OfTheSpecsExample_GivesTheSpecsAnswerAndTheSameBytes(string mediaType, string json, bool isGood)
    {
        if (!isGood)
        {
            Assert.Throws<InvalidDocumentException>(() => Rewrite(Utf8(json), mediaType));
            return;
        }
        Assert.Equal(Utf8(json), Rewrite(Utf8(json), mediaType));
    }

    [Fact]
    public void Parse_OfWhatDockerWrote_GivesTheSameDigest()
    {
        byte[] utf8 = Encoding.UTF8.GetBytes(DockerConfig);
        Assert.Equal("sha256:a20665eb1fe2912accb3d5dadaed360430df0d1aa46874875886947d61d3d4ee", Digest.Compute(utf8).ToString());

        ImageConfig config = ImageConfig.Parse(utf8);

        Assert.Equal(utf8, config.ToUtf8Bytes());
        Assert.DoesNotContain(ImageValidator.ValidateDocument(utf8, MediaTypes.DockerImageConfig), f => f.Severity == ValidationSeverity.Error);
        string changed = Encoding.UTF8.GetString((config with { Author = "x" }).ToUtf8Bytes());
        Assert.All((string[])["\"docker_version\":\"1.10.3\"", "\"Hostname\":\"8dfe43d80430\"", "\"created\":\"2016-06-10T18:44:31.784795904Z\"", "\"container_config\":{\"Hostname\""], kept => Assert.Contains(kept, changed));
    }

    // Spaces, escapes and unknown members of any kind are the writer's; the digest is over them.
    [Fact]
    public void ToUtf8Bytes_OfAnySpelling_IsByteExactUntilAMemberIsAnother()
    {
        string[] spaces = ["", " ", "\n", "\t  ", "\r\n"];
        Prop.ForAll(ArbMap.Default.ArbFor<(byte[] Spaces, NonNull<string> Text, bool Last)>(), sample =>
        {
            int next = 0;
            string Space() => sample.Spaces is { Length: > 0 } bytes ? spaces[bytes[next++ % bytes.Length] % spaces.Length] : "";
            string unknown = $"\"x\"{Space()}:{Space()}{System.Text.Json.JsonSerializer.Serialize(sample.Text.Get)},";
            string json = $"{Space()}{{{Space()}{(sample.Last ? "" : unknown)}\"layers\"{Space()}:[{Space()}],\"config\":{{\"size\":{Space()}2,\"digest\":\"{DocumentSamples.EmptyDigest}\",{Space()}\"mediaType\":\"a\\/b\"}},{(sample.Last ? unknown : "")}\"annotations\":{Space()}null,\"schemaVersion\":2{Space()}}}{Space()}";
            byte[] utf8 = Encoding.UTF8.GetBytes(json);

            ImageManifest manifest = ImageManifest.Parse(utf8);

            Assert.Equal(utf8, manifest.ToUtf8Bytes());
            Assert.Equal(utf8, (manifest with { SchemaVersion = 2 }).ToUtf8Bytes());
            ImageManifest changed = manifest with { ArtifactType = "c/d" };
            Assert.NotEqual(utf8, changed.ToUtf8Bytes());
            Assert.Equal(sample.Text.Get, ImageManifest.Parse(changed.ToUtf8Bytes()).ExtensionData!["x"].GetString());
            Assert.Equal(utf8, (changed with { ArtifactType = null }).ToUtf8Bytes());
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void ToUtf8Bytes_WhereExtensionDataIsChangedInPlace_WritesTheChange()
    {
        ImageIndex index = ImageIndex.Parse("""{ "schemaVersion": 2, "manifests": [], "x": 1 }"""u8);

        index.ExtensionData!.Remove("x");

        Assert.Equal("""{"schemaVersion":2,"manifests":[]}""", Encoding.UTF8.GetString(index.ToUtf8Bytes()));
    }

    private static byte[] Rewrite(byte[] utf8, string mediaType) => mediaType switch
    {
        DocumentSamples.Manifest => ImageManifest.Parse(utf8).ToUtf8Bytes(),
        DocumentSamples.Index => ImageIndex.Parse(utf8).ToUtf8Bytes(),
        _ => ImageConfig.Parse(utf8).ToUtf8Bytes(),
    };

    private static byte[] Utf8(string json) => Encoding.UTF8.GetBytes(json.Replace('\'', '"'));
}
