using System.Diagnostics;

namespace Oci.Benchmarks.Registries;

/// <summary>A registry server in a process of its own, on a free loopback port.</summary>
internal sealed class RegistryProcess : IDisposable
{
    private readonly Process _process;

    private RegistryProcess(Process process, Uri address)
    {
        _process = process;
        Address = address;
    }

    public Uri Address { get; }

    /// <summary>The address as references have it: <c>127.0.0.1:5000</c>.</summary>
    public string Host => Address.Authority;

    /// <summary>What the server has used of the processors so far.</summary>
    public TimeSpan ProcessorTime
    {
        get
        {
            _process.Refresh();
            return _process.TotalProcessorTime;
        }
    }

    /// <summary>The most memory that the server had at once, in bytes (VmHWM of proc_pid_status(5)).</summary>
    /// <remarks>From <see cref="ForgetPeak"/> on.</remarks>
    public long PeakMemory => long.Parse(File.ReadLines($"/proc/{_process.Id}/status").First(line => line.StartsWith("VmHWM:", StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[1]) * 1024;

    /// <summary>Begins to look for the most memory anew (clear_refs of proc(5)).</summary>
    public void ForgetPeak() => File.WriteAllText($"/proc/{_process.Id}/clear_refs", "5");

    /// <summary>Starts samples/RegistryServer.</summary>
    public static async Task<RegistryProcess> StartOwnAsync(string data)
    {
        const string listening = "Now listening on: ";
        string program = Path.Combine(AppContext.BaseDirectory, "registry.dll");
        Process process = Process.Start(new ProcessStartInfo("dotnet", [program, "--urls", "http://127.0.0.1:0", "--data", data]) { RedirectStandardOutput = true })!;
        return new RegistryProcess(process, await FindAsync(process.StandardOutput, line =>
            line.IndexOf(listening, StringComparison.Ordinal) is int start and >= 0 ? new Uri(line[(start + listening.Length)..].Trim()) : null));
    }

    /// <summary>Starts Debian's docker-registry, with its files in <paramref name="data"/>, without access log and cache.</summary>
    public static async Task<RegistryProcess> StartDockerAsync(string data)
    {
        Directory.CreateDirectory(data);
        string config = Path.Combine(data, "config.yml");
        await File.WriteAllTextAsync(config, $"""
            version: 0.1
            log:
              level: info
              accesslog:
                disabled: true
            storage:
              filesystem:
                rootdirectory: {data}
              delete:
                enabled: true
            http:
              addr: 127.0.0.1:0
            """);
        Process process = Process.Start(new ProcessStartInfo("docker-registry", ["serve", config]) { RedirectStandardError = true })!;
        // level=info msg="listening on 127.0.0.1:41201"
        return new RegistryProcess(process, await FindAsync(process.StandardError, line =>
            line.IndexOf("listening on ", StringComparison.Ordinal) is int start and >= 0 ? new Uri($"http://{line[(start + "listening on ".Length)..].Split(['"', ','])[0]}/") : null));
    }

    public void Dispose()
    {
        _process.Kill(entireProcessTree: true);
        _process.WaitForExit();
        _process.Dispose();
    }

    private static async Task<Uri> FindAsync(StreamReader output, Func<string, Uri?> read)
    {
        while (await output.ReadLineAsync() is { } line)
        {
            if (read(line) is Uri address)
            {
                // What it prints later is read and dropped, or it would stop when the pipe is full.
                _ = output.BaseStream.CopyToAsync(Stream.Null);
                return address;
            }
        }
        throw new InvalidOperationException("The registry ended before it listened.");
    }
}
