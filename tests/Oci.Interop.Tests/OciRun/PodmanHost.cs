namespace Oci.Interop.Tests.OciRun;

/// <summary>podman with ocirun as its runtime, and storage of its own with one image, <c>busybox</c>.</summary>
internal sealed class PodmanHost : IAsyncDisposable
{
    private const string Image = "localhost/busybox";
    private static readonly string[] Limits = ["--ulimit", "nofile=1024:1024", "--ulimit", "nproc=1000:1000", "--network", "none"];

    private readonly TempDirectory _temp = new();
    private readonly OciRunProgram _ocirun = new();
    private readonly string _podman = Requires.Tool("podman");

    public static async Task<PodmanHost> CreateAsync()
    {
        var host = new PodmanHost();
        // podman gives a runtime a JSON log only where its name is listed, and takes its message from there.
        await File.WriteAllTextAsync(host._temp.Combine("containers.conf"), $"""
            [engine]
            cgroup_manager = "cgroupfs"
            events_logger = "file"
            runtime = "ocirun"
            runtime_supports_json = ["ocirun"]
            [engine.runtimes]
            ocirun = ["{host._ocirun.Path}"]
            """);
        string context = host._temp.Combine("context");
        BusyboxRoot.WriteTo(Path.Combine(context, "rootfs"));
        await File.WriteAllTextAsync(Path.Combine(context, "Containerfile"), "FROM scratch\nCOPY rootfs/ /\nCMD [\"sh\"]\n");
        (await host.RunAsync("build", "-q", "-t", Image, context)).EnsureSuccess();
        return host;
    }

    public Task<ToolResult> RunAsync(params string[] arguments) =>
        ToolResult.RunAsync(_podman, [.. Storage, .. arguments], TimeSpan.FromMinutes(2), Environment);

    /// <summary><c>podman run</c> with what it needs where it may not raise limits.</summary>
    public Task<ToolResult> RunContainerAsync(string[] options, params string[] command) =>
        RunAsync(["run", .. Limits, .. options, Image, .. command]);

    /// <summary>The same, at a terminal of its own (script(1)).</summary>
    public Task<ToolResult> RunContainerAtTerminalAsync(string[] options, string command) =>
        ToolResult.RunAsync(Requires.Tool("script"), ["-qec", $"{_podman} {string.Join(' ', Storage)} run {string.Join(' ', Limits)} {string.Join(' ', options)} {Image} {command}", "/dev/null"], TimeSpan.FromMinutes(2), Environment);

    public async ValueTask DisposeAsync()
    {
        await RunAsync("rm", "--all", "--force", "--time", "0");
        _ocirun.Dispose();
        _temp.Dispose();
    }

    private string[] Storage => ["--storage-driver", "vfs", "--root", _temp.Combine("storage"), "--runroot", _temp.Combine("run"), "--tmpdir", _temp.Combine("tmp")];

    private Dictionary<string, string?> Environment => new() { ["CONTAINERS_CONF"] = _temp.Combine("containers.conf") };
}
