using System.Diagnostics;

namespace Oci.Interop.Tests.OciRun;

/// <summary>A containerd of the test's own, asked by ctr to have its shim start ocirun.</summary>
internal sealed class ContainerdHost : IAsyncDisposable
{
    private readonly TempDirectory _temp = new();
    private readonly OciRunProgram _ocirun = new();
    private readonly string _ctr = Requires.Tool("ctr");
    private readonly Process _containerd;
    private readonly Task _output;

    private ContainerdHost()
    {
        BusyboxRoot.WriteTo(_temp.Combine("rootfs"));
        File.WriteAllText(_temp.Combine("config.toml"), $"""
            version = 2
            root = "{_temp.Combine("root")}"
            state = "{_temp.Combine("state")}"
            disabled_plugins = ["io.containerd.grpc.v1.cri", "io.containerd.snapshotter.v1.btrfs", "io.containerd.snapshotter.v1.zfs", "io.containerd.snapshotter.v1.devmapper", "io.containerd.snapshotter.v1.aufs"]
            [grpc]
              address = "{Socket}"
            """);
        var start = new ProcessStartInfo(Requires.Tool("containerd"), ["--config", _temp.Combine("config.toml")]) { RedirectStandardError = true, RedirectStandardOutput = true };
        _containerd = Process.Start(start)!;
        _output = _containerd.StandardOutput.BaseStream.CopyToAsync(Stream.Null);
    }

    public static async Task<ContainerdHost> StartAsync()
    {
        var host = new ContainerdHost();
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        while (await host._containerd.StandardError.ReadLineAsync(patience.Token) is { } line)
        {
            if (line.Contains("containerd successfully booted", StringComparison.Ordinal))
            {
                return host;
            }
        }
        await host.DisposeAsync();
        throw new InvalidOperationException("containerd ended before it was ready.");
    }

    public Task<ToolResult> RunAsync(params string[] arguments) =>
        ToolResult.RunAsync(_ctr, ["--address", Socket, .. arguments], TimeSpan.FromMinutes(2));

    /// <summary><c>ctr run</c> of the busybox root.</summary>
    public Task<ToolResult> RunContainerAsync(string[] options, string id, params string[] command) =>
        RunAsync(["run", .. options, "--runc-binary", _ocirun.Path, "--rootfs", _temp.Combine("rootfs"), id, .. command]);

    public async ValueTask DisposeAsync()
    {
        Task errors = _containerd.StandardError.BaseStream.CopyToAsync(Stream.Null);
        _containerd.Kill();
        await _containerd.WaitForExitAsync();
        await Task.WhenAll(_output, errors);
        _containerd.Dispose();
        _ocirun.Dispose();
        _temp.Dispose();
    }

    private string Socket => _temp.Combine("containerd.sock");
}
