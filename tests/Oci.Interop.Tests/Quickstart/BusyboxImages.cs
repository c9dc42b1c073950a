namespace Oci.Interop.Tests.Quickstart;

/// <summary>Images with busybox in them, made by other tools.</summary>
internal sealed class BusyboxImages : IDisposable
{
    private readonly TempDirectory _temp = new();
    private readonly string _busybox = Requires.Tool("busybox");

    /// <summary>A layout of umoci, as <c>DIR:TAG</c>.</summary>
    public async Task<string> MakeByUmociAsync()
    {
        string umoci = Requires.Tool("umoci");
        string image = $"{_temp.Combine("umoci")}:v1";
        string[] rootless = Environment.IsPrivilegedProcess ? [] : ["--rootless"];
        (await ToolResult.RunAsync(umoci, ["init", "--layout", _temp.Combine("umoci")])).EnsureSuccess();
        (await ToolResult.RunAsync(umoci, ["new", "--image", image])).EnsureSuccess();
        (await ToolResult.RunAsync(umoci, ["unpack", .. rootless, "--image", image, _temp.Combine("unpacked")])).EnsureSuccess();
        string bin = Directory.CreateDirectory(_temp.Combine("unpacked", "rootfs", "bin")).FullName;
        File.Copy(_busybox, Path.Combine(bin, "busybox"));
        foreach (string applet in (ReadOnlySpan<string>)["sh", "echo", "sleep", "id"])
        {
            File.CreateSymbolicLink(Path.Combine(bin, applet), "busybox");
        }
        (await ToolResult.RunAsync(umoci, ["repack", "--image", image, _temp.Combine("unpacked")])).EnsureSuccess();
        (await ToolResult.RunAsync(umoci, ["config", "--image", image, "--config.cmd", "/bin/id"])).EnsureSuccess();
        return image;
    }

    /// <summary>An image that podman built from a Containerfile: a file of podman save, and a layout, as <c>DIR:TAG</c>, that buildah pushed.</summary>
    public async Task<(string Archive, string Layout)> MakeByPodmanAsync()
    {
        string podman = Requires.Tool("podman");
        string buildah = Requires.Tool("buildah");
        const string name = "localhost/busybox:v1";
        string[] storage = ["--root", _temp.Combine("store"), "--runroot", _temp.Combine("run"), "--storage-driver", "vfs"];
        string context = Directory.CreateDirectory(_temp.Combine("context")).FullName;
        File.Copy(_busybox, Path.Combine(context, "busybox"));
        await File.WriteAllTextAsync(Path.Combine(context, "Containerfile"), """
            FROM scratch
            COPY busybox /bin/busybox
            RUN ["/bin/busybox", "--install", "-s", "/bin"]
            RUN ["/bin/sh", "-c", "echo app:x:1001:1001::/:/bin/sh > /etc/passwd && rm /bin/vi"]
            USER app
            ENV GREETING=hello
            CMD ["/bin/sh", "-c", "echo \"$GREETING from podman, user $(id -u)\"; test ! -e /bin/vi"]
            """);
        (await ToolResult.RunAsync(podman,
            [.. storage, "--cgroup-manager", "cgroupfs", "build", "--isolation", "chroot", "--ulimit", "nofile=1024:1024", "--ulimit", "nproc=1000:1000", "-t", name, context],
            TimeSpan.FromMinutes(3))).EnsureSuccess();
        string archive = _temp.Combine("docker.tar");
        string layout = $"{_temp.Combine("buildah")}:v1";
        (await ToolResult.RunAsync(podman, [.. storage, "save", "-o", archive, name])).EnsureSuccess();
        (await ToolResult.RunAsync(buildah, [.. storage, "push", name, $"oci:{layout}"])).EnsureSuccess();
        return (archive, layout);
    }

    public void Dispose() => _temp.Dispose();
}
