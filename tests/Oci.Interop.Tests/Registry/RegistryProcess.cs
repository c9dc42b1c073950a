using System.Diagnostics;

namespace Oci.Interop.Tests.Registry;

/// <summary>The RegistryServer sample in a process of its own, on a free loopback port.</summary>
internal sealed class RegistryProcess : IAsyncDisposable
{
    private const int SIGTERM = 15;

    private readonly Process _process;

    private readonly Task _output;

    private RegistryProcess(Process process, Uri address, Task output)
    {
        _process = process;
        _output = output;
        Address = address;
    }

    public Uri Address { get; }

    /// <summary>The host and port, as tools write it before a repository's name.</summary>
    public string Authority => Address.Authority;

    public int ExitCode => _process.ExitCode;

    /// <summary>Starts the registry, under <paramref name="wrapper"/> where there is one.</summary>
    public static Task<RegistryProcess> StartAsync(string data, params string[] wrapper) => StartAsync(data, [], wrapper);

    /// <summary>Starts the registry with more options, under a wrapper where there is one.</summary>
    public static async Task<RegistryProcess> StartAsync(string data, string[] options, string[] wrapper)
    {
        string[] command = [.. wrapper, Environment.ProcessPath is { } path && Path.GetFileName(path) == "dotnet" ? path : "dotnet",
            Path.Combine(AppContext.BaseDirectory, "registry.dll"), "--urls", options.Contains("--cert") ? "https://127.0.0.1:0" : "http://127.0.0.1:0", "--data", data, .. options];
        var start = new ProcessStartInfo(command[0], command[1..]) { RedirectStandardOutput = true, RedirectStandardError = true };
        Process process = Process.Start(start)!;
        try
        {
            return await WaitUntilItListensAsync(process);
        }
        catch
        {
            process.Kill(entireProcessTree: true);
            process.Dispose();
            throw;
        }
    }

    /// <summary>kill -9.</summary>
    public async Task KillAsync()
    {
        _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
    }

    /// <summary>Waits for a process that something else ends.</summary>
    public Task WaitForExitAsync(CancellationToken cancellationToken) => _process.WaitForExitAsync(cancellationToken);

    /// <summary>Asks it to stop, as an init system does.</summary>
    public async Task TerminateAsync()
    {
        (await ToolResult.RunAsync("kill", [$"-{SIGTERM}", _process.Id.ToString()])).EnsureSuccess();
        using var cancellation = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        await _process.WaitForExitAsync(cancellation.Token);
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            await KillAsync();
        }
        await _output;
        _process.Dispose();
    }

    private static async Task<RegistryProcess> WaitUntilItListensAsync(Process process)
    {
        // Read on, so that a full pipe never stops the registry.
        Task errors = process.StandardError.BaseStream.CopyToAsync(Stream.Null);
        using var cancellation = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        const string Mark = "Now listening on: ";
        while (await process.StandardOutput.ReadLineAsync(cancellation.Token) is { } line)
        {
            int mark = line.IndexOf(Mark, StringComparison.Ordinal);
            if (mark >= 0)
            {
                Task output = process.StandardOutput.BaseStream.CopyToAsync(Stream.Null);
                return new RegistryProcess(process, new Uri(line[(mark + Mark.Length)..]), Task.WhenAll(output, errors));
            }
        }
        await process.WaitForExitAsync(cancellation.Token);
        throw new InvalidOperationException($"The registry ended with exit code {process.ExitCode} before it listened.");
    }
}
