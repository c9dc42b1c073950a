using System.Text;
using Oci.Image.Configuration;

namespace Oci.Image.Tests.Configuration;

public sealed class ImageConfigTests
{
    private static readonly Digest A = Digest.Compute("a"u8);
    private static readonly Digest B = Digest.Compute("b"u8);

    [Theory]
    [InlineData("""{"architecture":"amd64","os":"linux","rootfs":{"type":"layers","diff_ids":null}}""")]
    [InlineData("""{"architecture":"amd64","os":"linux","rootfs":{"type":"layers"}}""")]
    [InlineData("""{"architecture":"amd64","os":"linux","rootfs":{}}""")]
    public void Parse_OfAnImageWithoutLayers_GivesNone(string json)
    {
        ImageConfig config = ImageConfig.Parse(Encoding.UTF8.GetBytes(json));

        Assert.Empty(config.RootFs.DiffIds);
        Assert.Equal("layers", config.RootFs.Type);
    }

    [Fact]
    public void Parse_OfWhatDockerWrites_KeepsItAll()
    {
        const string json = """{"created":"2024-05-01T10:00:00.5Z","architecture":"arm64","os":"linux","variant":"v8","config":{"User":"1:2","ExposedPorts":{"80/tcp":{}},"Env":["PATH=/bin"],"Cmd":["/bin/sh"],"Volumes":{"/data":{}},"WorkingDir":"/","Labels":{"a":"b"},"StopSignal":"SIGQUIT","Healthcheck":{"Test":["CMD","true"]},"OnBuild":null},"rootfs":{"type":"layers","diff_ids":["sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"]},"history":[{"created":"2024-05-01T10:00:00Z","created_by":"ADD file in /","empty_layer":true}],"docker_version":"20.10","container_config":{"Cmd":["x"]}}""";

        ImageConfig config = ImageConfig.Parse(Encoding.UTF8.GetBytes(json));

        Assert.Equal(json, Encoding.UTF8.GetString(config.ToUtf8Bytes()));
        Assert.Equal("linux/arm64/v8", config.Platform.ToString());
    }

    [Fact]
    public void ToUtf8Bytes_OfATimeThatWasSet_WritesUtc()
    {
        var config = new ImageConfig { Architecture = "a", Os = "b", RootFs = new RootFs(), Created = new DateTimeOffset(2024, 5, 1, 12, 0, 0, TimeSpan.FromHours(2)) };

        Assert.Contains("\"created\":\"2024-05-01T10:00:00Z\"", Encoding.UTF8.GetString(config.ToUtf8Bytes()));
    }

    [Theory]
    [InlineData("2024-05-01T12:00:00+02:00")]
    [InlineData("2024-05-01T10:00:00.123456789Z")]
    [InlineData("2024-05-01t10:00:00.1000z")]
    [InlineData("0001-01-01T00:00:00Z")]
    public void ToUtf8Bytes_OfAChangedConfig_KeepsTimesToTheLetter(string time)
    {
        ImageConfig config = ImageConfig.Parse(Encoding.UTF8.GetBytes($$"""{"created":"{{time}}","architecture":"a","os":"b","rootfs":{},"history":[{"created":"{{time}}"}]}"""));

        string written = Encoding.UTF8.GetString((config with { Author = "x" }).ToUtf8Bytes());

        Assert.Contains($"{{\"created\":\"{time}\",\"author\":\"x\"", written);
        Assert.Contains($"\"history\":[{{\"created\":\"{time}\"}}]", written);
    }

    [Theory]
    [InlineData("""{"os":"linux","rootfs":{}}""", "$")]
    [InlineData("""{"architecture":"a","os":"linux"}""", "$")]
    [InlineData("""{"architecture":"a","os":"linux","rootfs":{"diff_ids":["sha256:1"]}}""", "$.rootfs.diff_ids[0]")]
    [InlineData("""{"architecture":"a","os":"linux","rootfs":{},"created":"yesterday"}""", "$.created")]
    [InlineData("""{"architecture":"a","os":"linux","rootfs":{},"config":{"Env":"x"}}""", "$.config.Env")]
    public void Parse_OfABadConfig_NamesTheMember(string json, string path)
    {
        var e = Assert.Throws<InvalidDocumentException>(() => ImageConfig.Parse(Encoding.UTF8.GetBytes(json)));

        Assert.StartsWith(path, e.JsonPath);
    }

    [Fact]
    public void GetChainIds_FollowsTheSpec()
    {
        var rootFs = new RootFs { DiffIds = [A, B, A] };

        Digest second = Digest.Compute(Encoding.ASCII.GetBytes($"{A} {B}"));
        Assert.Equal([A, second, Digest.Compute(Encoding.ASCII.GetBytes($"{second} {A}"))], rootFs.GetChainIds());
    }

    [Theory]
    [InlineData("'config':{'Env':['A=1',null]}", "$.config.Env[1]")]
    [InlineData("'config':{'Cmd':[null]}", "$.config.Cmd[0]")]
    [InlineData("'config':{'Entrypoint':[null]}", "$.config.Entrypoint[0]")]
    [InlineData("'os.features':[null]", "$['os.features'][0]")]
    [InlineData("'history':[null]", "$.history[0]")]
    [InlineData("'rootfs':{'diff_ids':[null]}", "$.rootfs.diff_ids[0]")]
    public void Parse_NullInAList_NamesIt(string member, string jsonPath)
    {
        string rootFs = member.Contains("rootfs", StringComparison.Ordinal) ? "" : "'rootfs':{'diff_ids':[]},";
        byte[] utf8 = Encoding.UTF8.GetBytes($"{{'architecture':'amd64','os':'linux',{rootFs}{member}}}".Replace('\'', '"'));

        var exception = Assert.Throws<InvalidDocumentException>(() => ImageConfig.Parse(utf8));

        Assert.Equal(jsonPath, exception.JsonPath);
    }
}
