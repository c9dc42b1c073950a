using System.Text.Json.Nodes;
using Oci.Interop.Tests.OciRun;

namespace Oci.Interop.Tests.OciTool;

/// <summary>Unpack, change, repack.</summary>
public sealed class BundleTests(ToolImages images) : IClassFixture<ToolImages>, IDisposable
{
    private readonly TempDirectory _temp = new();

    public void Dispose() => Oci.Image.RootFilesystems.RootFilesystem.Delete(_temp.Path);

    [Fact]
    public async Task Unpack_Bundle_IsRunByOurRuntimeAndByAnother()
    {
        Requires.Containers();
        Requires.Tool("busybox");
        using var ocirun = new OciRunProgram();
        string bundle = _temp.Combine("bundle");

        JsonNode unpacked = await OciToolProcess.JsonAsync("unpack", images.Image("app"), bundle);
        await BusyboxRoot.SetProcessAsync(bundle, terminal: false, "/bin/sh", "-c", "cat /srv/hello");
        ToolResult ours = (await ocirun.RunAsync("run", "--bundle", bundle, "oci-tool")).EnsureSuccess();

        Assert.Equal("hello, world\n", ours.Output);
        Assert.Equal(bundle, (string?)unpacked["bundle"]);
        Assert.False(File.Exists(Path.Combine(bundle, "rootfs", "etc", "gone")));
        if (Environment.IsPrivilegedProcess && Requires.FindTool("runc") is string runc)
        {
            ToolResult theirs = await ToolResult.RunAsync(runc, ["--root", _temp.Combine("runc"), "run", "--bundle", bundle, "oci-tool"]);
            Assert.Equal("hello, world\n", theirs.EnsureSuccess().Output);
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Repack_ChangedBundle_IsWhatUmociUnpacks(bool rootless)
    {
        string umoci = Requires.Tool("umoci");
        Assert.SkipWhen(!rootless && !Environment.IsPrivilegedProcess, "Needs root.");
        string layout = images.CopyTo(_temp);
        string bundle = _temp.Combine("bundle");
        string[] option = rootless ? ["--rootless"] : [];
        (await OciToolProcess.RunAsync(["unpack", .. option, $"oci:{layout}:app", bundle])).EnsureSuccess();
        await File.WriteAllTextAsync(Path.Combine(bundle, "rootfs", "etc", "new"), "new");
        File.Delete(Path.Combine(bundle, "rootfs", "srv", "link"));

        JsonNode repacked = await OciToolProcess.JsonAsync("repack", $"oci:{layout}:v2", bundle, "--refresh-bundle");
        JsonNode again = await OciToolProcess.JsonAsync("repack", $"oci:{layout}:v3", bundle);
        (await ToolResult.RunAsync(umoci, ["unpack", .. option, "--image", $"{layout}:v2", _temp.Combine("theirs")])).EnsureSuccess();

        Assert.Equal((1, 1), ((int)repacked["added"]!, (int)repacked["deleted"]!));
        Assert.Null(again["layer"]);
        Assert.Equal((string?)repacked["digest"], (string?)again["digest"]);
        Assert.Equal("new", await File.ReadAllTextAsync(_temp.Combine("theirs", "rootfs", "etc", "new")));
        Assert.False(Path.Exists(_temp.Combine("theirs", "rootfs", "srv", "link")));
        JsonNode file = Assert.Single((await OciToolProcess.JsonAsync("ls", $"oci:{layout}:v2", "etc/new"))["files"]!.AsArray())!;
        Assert.Equal((0, 0), ((int)file["uid"]!, (int)file["gid"]!));
    }

    [Fact]
    public async Task Repack_MaskedPathsAndVolumes_AreLeftOut()
    {
        string layout = images.CopyTo(_temp);
        string bundle = _temp.Combine("bundle");
        (await OciToolProcess.RunAsync("config", $"oci:{layout}:app", "--volume", "/data")).EnsureSuccess();
        (await OciToolProcess.RunAsync("unpack", "--rootless", $"oci:{layout}:app", bundle)).EnsureSuccess();
        foreach (string folder in (string[])["data", "cache", "kept"])
        {
            Directory.CreateDirectory(Path.Combine(bundle, "rootfs", folder));
            await File.WriteAllTextAsync(Path.Combine(bundle, "rootfs", folder, "file"), folder);
        }

        (await OciToolProcess.RunAsync("repack", $"oci:{layout}:v2", bundle, "--mask-path", "/cache")).EnsureSuccess();
        string[] paths = [.. (await OciToolProcess.JsonAsync("ls", $"oci:{layout}:v2", "--layer", "-1"))["files"]!.AsArray().Select(f => (string)f!["path"]!)];

        Assert.Contains("kept/file", paths);
        Assert.DoesNotContain(paths, path => path.StartsWith("data", StringComparison.Ordinal) || path.StartsWith("cache", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Unpack_WhereSomethingIs_LeavesItAsItWas()
    {
        string bundle = Directory.CreateDirectory(_temp.Combine("bundle", "rootfs")).FullName;
        await File.WriteAllTextAsync(Path.Combine(bundle, "mine"), "mine");

        await OciToolProcess.FailAsync(1, "unpack", images.Image("app"), _temp.Combine("bundle"));
        string error = await OciToolProcess.FailAsync(1, "repack", images.Image("v9"), _temp.Combine("bundle"));

        Assert.Equal("mine", await File.ReadAllTextAsync(Path.Combine(bundle, "mine")));
        Assert.Contains("oci unpack", error, StringComparison.Ordinal);
    }
}
