using System.Diagnostics;
using Oci.Image.RootFilesystems;

namespace Oci.Benchmarks.Running;

/// <summary>Runs of an image by podman, each with a storage of its own.</summary>
internal sealed class PodmanRun(string folder, string reference)
{
    private readonly string _storage = Path.Combine(folder, "podman");
    private Process? _process;

    public async Task RunToFirstOutputAsync()
    {
        string[] arguments =
        [
            .. Global, "run", "--rm", "--quiet", "--tls-verify=false", "--network", "none",
            "--ulimit", "nofile=1024:1024", "--ulimit", "nproc=1000:1000", reference, "/bin/echo", "hello",
        ];
        _process = Process.Start(new ProcessStartInfo("podman", arguments) { RedirectStandardOutput = true })!;
        string? line = await _process.StandardOutput.ReadLineAsync();
        if (line is not "hello")
        {
            throw new InvalidOperationException($"podman run wrote {line ?? "nothing"}.");
        }
    }

    public void Clean()
    {
        _process!.WaitForExit();
        int code = _process.ExitCode;
        _process.Dispose();
        if (code != 0)
        {
            throw new InvalidOperationException($"podman run exited with {code}.");
        }
        // The storage's own directory is a mount of podman's.
        using Process unmount = Process.Start("umount", ["--lazy", "--quiet", Path.Combine(_storage, "root", "overlay")]);
        unmount.WaitForExit();
        RootFilesystem.Delete(_storage);
    }

    private string[] Global =>
    [
        "--root", Path.Combine(_storage, "root"), "--runroot", Path.Combine(_storage, "run"),
        "--storage-driver", "overlay", "--cgroup-manager", "cgroupfs", "--runtime", "runc",
    ];
}
