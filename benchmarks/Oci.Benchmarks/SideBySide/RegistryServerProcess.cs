using System.Diagnostics;

namespace Oci.Benchmarks.SideBySide;

/// <summary>The RegistryServer sample in a process of its own, on a free loopback port.</summary>
internal sealed class RegistryServerProcess : IDisposable
{
    private const string Listening = "Now listening on: ";

    private readonly Process _process;

    private RegistryServerProcess(Process process, Uri address)
    {
        _process = process;
        Address = address;
    }

    public Uri Address { get; }

    public static async Task<RegistryServerProcess> StartAsync(string data)
    {
        string program = Path.Combine(AppContext.BaseDirectory, "registry.dll");
        Process process = Process.Start(new ProcessStartInfo("dotnet", [program, "--urls", "http://127.0.0.1:0", "--data", data]) { RedirectStandardOutput = true })!;
        while (await process.StandardOutput.ReadLineAsync() is { } line)
        {
            int start = line.IndexOf(Listening, StringComparison.Ordinal);
            if (start >= 0)
            {
                return new RegistryServerProcess(process, new Uri(line[(start + Listening.Length)..].Trim()));
            }
        }
        throw new InvalidOperationException("The registry ended before it listened.");
    }

    public void Dispose()
    {
        _process.Kill(entireProcessTree: true);
        _process.WaitForExit();
        _process.Dispose();
    }
}
