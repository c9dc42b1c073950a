using System.Text;
using Oci.Image.Configuration;
using Oci.Runtime.Linux.Bundles;
using Oci.Runtime.Linux.Spec;

namespace Oci.Runtime.Linux.Tests.Bundles;

/// <summary>Each rule of image-spec's conversion.md.</summary>
public class ImageSpecConverterTests
{
    private static readonly UserDatabase Users = UserDatabase.Parse("root:x:0:0::/root:\nweb:x:1000:100::/home/web:", "users:x:100:\naudio:x:29:web");

    [Fact]
    public void Convert_VerbatimFields_AreTakenOver()
    {
        RuntimeSpec spec = Convert("""{"WorkingDir":"/srv","Env":["B=2","A=1","B=3","PATH=/x"],"Entrypoint":["/init","-a"],"Cmd":["run","now"],"User":"web"}""");

        Assert.Equal("/srv", spec.Process!.Cwd);
        Assert.Equal(["B=2", "A=1", "B=3", "PATH=/x", "HOME=/home/web"], spec.Process.Env!);
        Assert.Equal(["/init", "-a", "run", "now"], spec.Process.Args!);
        Assert.Empty(RuntimeSpecValidator.Validate(spec));
    }

    [Theory]
    [InlineData("""{"Entrypoint":["/init"]}""", "/init")]
    [InlineData("""{"Cmd":["sh","-c","x"]}""", "sh -c x")]
    [InlineData("""{"Entrypoint":[],"Cmd":["sh"]}""", "sh")]
    public void Convert_EntrypointOrCmdAlone_IsTheArgs(string config, string args) =>
        Assert.Equal(args, string.Join(' ', Convert(config).Process!.Args!));

    [Fact]
    public void Convert_NothingToRun_Throws() =>
        Assert.Equal("/config", Assert.Single(Assert.Throws<InvalidSpecException>(() => Convert("{}")).Findings).Pointer);

    [Fact]
    public void Convert_AddedEnv_HasNoNameOfTheImage()
    {
        Assert.Equal(["PATH=", "HOME=/mine"], Convert("""{"Cmd":["x"],"Env":["PATH=","HOME=/mine"]}""").Process!.Env!);
        Assert.Equal([$"PATH={DefaultSpec.Path}", "HOME=/root"], Convert("""{"Cmd":["x"]}""").Process!.Env!);
    }

    [Fact]
    public void Convert_AnnotationFields_AreImplied()
    {
        RuntimeSpec spec = Convert("""{"Cmd":["x"],"StopSignal":"SIGINT","ExposedPorts":{"8080/tcp":{},"53/udp":{}},"Labels":{"a":"b"}}""",
            ""","variant":"v8","os.version":"1","os.features":["f","g"],"author":"me","created":"2015-10-31T22:22:56.0159252Z" """);

        Assert.Equal(new Dictionary<string, string>
        {
            ["org.opencontainers.image.os"] = "linux",
            ["org.opencontainers.image.architecture"] = "arm64",
            ["org.opencontainers.image.variant"] = "v8",
            ["org.opencontainers.image.os.version"] = "1",
            ["org.opencontainers.image.os.features"] = "f,g",
            ["org.opencontainers.image.author"] = "me",
            ["org.opencontainers.image.created"] = "2015-10-31T22:22:56.0159252Z",
            ["org.opencontainers.image.stopSignal"] = "SIGINT",
            ["org.opencontainers.image.exposedPorts"] = "53/udp,8080/tcp",
            ["a"] = "b",
        }, spec.Annotations!.ToDictionary());
    }

    [Theory]
    [InlineData("2015-10-31T22:22:56Z")]
    [InlineData("2015-10-31T22:22:56.5+02:00")]
    public void Convert_Created_KeepsItsForm(string created) => Assert.Equal(created,
        Convert("""{"Cmd":["x"]}""", $""","created":"{created}" """).Annotations!["org.opencontainers.image.created"]);

    [Fact]
    public void Convert_LabelOfImpliedAnnotation_TakesPrecedence()
    {
        RuntimeSpec spec = Convert("""{"Cmd":["x"],"StopSignal":"SIGINT","Labels":{"org.opencontainers.image.stopSignal":"SIGHUP","org.opencontainers.image.os":"label"}}""");

        Assert.Equal("SIGHUP", spec.Annotations!["org.opencontainers.image.stopSignal"]);
        Assert.Equal("label", spec.Annotations["org.opencontainers.image.os"]);
    }

    [Fact]
    public void Convert_AnnotationOfTheBase_DoesNotChangeThoseOfTheImage()
    {
        RuntimeSpec spec = Convert("""{"Cmd":["x"],"Labels":{"a":"image"}}""",
            options: new ImageSpecOptions { Base = DefaultSpec.Create() with { Annotations = new Dictionary<string, string> { ["a"] = "base", ["b"] = "base" } } });

        Assert.Equal(("image", "base"), (spec.Annotations!["a"], spec.Annotations["b"]));
    }

    [Fact]
    public void Convert_User_IsResolved()
    {
        UserSpec user = Convert("""{"Cmd":["x"],"User":"web"}""").Process!.User!;

        Assert.Equal((1000u, 100u), (user.Uid, user.Gid));
        Assert.Equal([29u], user.AdditionalGids!);
    }

    [Fact]
    public void Convert_UserUnknownToTheContainer_Throws() =>
        Assert.Throws<InvalidSpecException>(() => Convert("""{"Cmd":["x"],"User":"nobody"}"""));

    [Fact]
    public void Convert_Volumes_BecomeMountsOnRequest()
    {
        const string config = """{"Cmd":["x"],"Volumes":{"/data":{},"/dev/shm":{}}}""";

        Assert.DoesNotContain(Convert(config).Mounts!, m => m.Destination == "/data");
        IReadOnlyList<MountSpec> mounts = Convert(config, options: new ImageSpecOptions { VolumesAsTmpfs = true }).Mounts!;
        Assert.Equal("tmpfs", Assert.Single(mounts, m => m.Destination == "/data").Type);
        Assert.Single(mounts, m => m.Destination == "/dev/shm");
    }

    [Fact]
    public void Convert_CallersInputs_ReplaceThoseOfTheImage()
    {
        const string config = """{"Entrypoint":["/init"],"Cmd":["a"],"Env":["A=1","B=2"],"WorkingDir":"/srv","User":"web","Labels":{"l":"1"}}""";

        RuntimeSpec spec = Convert(config, options: new ImageSpecOptions
        {
            Args = ["b"],
            Env = ["A=9"],
            User = "0",
            WorkingDirectory = "/tmp",
            Annotations = new Dictionary<string, string> { ["l"] = "2" },
        });

        Assert.Equal(["/init", "b"], spec.Process!.Args!);
        Assert.Equal(["B=2", "A=9"], spec.Process.Env!.Take(2));
        Assert.Equal(("/tmp", 0u, "2"), (spec.Process.Cwd, spec.Process.User!.Uid, spec.Annotations!["l"]));
        Assert.Equal(["/other"], Convert(config, options: new ImageSpecOptions { Entrypoint = ["/other"] }).Process!.Args!);
    }

    private static RuntimeSpec Convert(string config, string more = "", ImageSpecOptions? options = null) =>
        ImageSpecConverter.Convert(ImageConfig.Parse(Encoding.UTF8.GetBytes(
            $$$"""{"os":"linux","architecture":"arm64","rootfs":{"type":"layers","diff_ids":[]},"config":{{{config}}}{{{more}}} }""")), Users, options);
}
