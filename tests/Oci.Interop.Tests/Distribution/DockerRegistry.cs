using System.Diagnostics;
using System.Text.RegularExpressions;

namespace Oci.Interop.Tests.Distribution;

/// <summary>Debian's docker-registry on a free loopback port, with its storage in a folder of its own.</summary>
public sealed partial class DockerRegistry : IAsyncDisposable
{
    private readonly TempDirectory _directory;
    private readonly Process _process;

    private DockerRegistry(TempDirectory directory, Process process, int port)
    {
        _directory = directory;
        _process = process;
        Address = new Uri($"http://127.0.0.1:{port}/");
    }

    public Uri Address { get; }

    /// <summary>Starts a registry; skips the test where there is none on this machine.</summary>
    public static async Task<DockerRegistry> StartAsync(string? htpasswd = null)
    {
        string program = Requires.Tool("docker-registry");
        var directory = new TempDirectory();
        string auth = "";
        if (htpasswd is not null)
        {
            await File.WriteAllTextAsync(directory.Combine("htpasswd"), htpasswd);
            auth = $"""
                auth:
                  htpasswd:
                    realm: test
                    path: {directory.Combine("htpasswd")}

                """;
        }
        string config = directory.Combine("config.yml");
        await File.WriteAllTextAsync(config, $"""
            version: 0.1
            log:
              level: info
              accesslog:
                disabled: true
            storage:
              filesystem:
                rootdirectory: {directory.Combine("data")}
              delete:
                enabled: true
            http:
              addr: 127.0.0.1:0
            {auth}
            """);
        Process process = Process.Start(new ProcessStartInfo(program, ["serve", config]) { RedirectStandardError = true, RedirectStandardOutput = true })!;
        try
        {
            return new DockerRegistry(directory, process, await ReadPortAsync(process));
        }
        catch
        {
            process.Kill();
            process.Dispose();
            directory.Dispose();
            throw;
        }
    }

    /// <summary>kill -9; its content stays until it is disposed.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        _process.Dispose();
        _directory.Dispose();
    }

    private static async Task<int> ReadPortAsync(Process process)
    {
        // Nobody reads what it prints later, so the pipes are drained, or it would stop when they are full.
        process.OutputDataReceived += static (_, _) => { };
        process.BeginOutputReadLine();
        var port = new TaskCompletionSource<int>(TaskCreationOptions.RunContinuationsAsynchronously);
        process.ErrorDataReceived += (_, line) =>
        {
            if (line.Data is null)
            {
                port.TrySetException(new InvalidOperationException("docker-registry ended before it listened."));
            }
            else if (ListeningLine().Match(line.Data) is { Success: true } match)
            {
                port.TrySetResult(int.Parse(match.Groups[1].Value));
            }
        };
        process.BeginErrorReadLine();
        return await port.Task.WaitAsync(TimeSpan.FromSeconds(30));
    }

    [GeneratedRegex(@"listening on 127\.0\.0\.1:(\d+)")]
    private static partial Regex ListeningLine();
}
